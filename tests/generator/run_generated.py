"""Analyse many generated applications:   python tests/generator/run_generated.py --cases 500 --seed 1"""

import argparse
import collections
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from gen_check import check

from stopped_clock import stopped_clock


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="how many plans")
    parser.add_argument("--styles", type=int, default=3, help="renderings of each plan")
    parser.add_argument("--seed", type=int, default=0, help="number of the first plan")
    parser.add_argument("--shape", help="one shape of plans only")
    parser.add_argument("--show", action="store_true", help="print the sources that fail")
    chosen = parser.parse_args()
    tally, spent = collections.Counter(), []
    for seed in range(chosen.seed, chosen.seed + chosen.cases):
        forms = {}
        for style in range(chosen.styles):
            with tempfile.TemporaryDirectory() as folder:
                start = time.process_time()
                try:
                    case = check(seed, style, Path(folder), shape=chosen.shape)
                except Exception:  # noqa: BLE001 - every failure is a finding
                    tally["crash"] += 1
                    print(f"== seed {seed} style {style}\n{traceback.format_exc()}")
                    continue
                spent.append(time.process_time() - start)
            tally["cases"] += 1
            if case.problems:
                tally["failed"] += 1
                print(f"== seed {seed} style {style} {case.api} {case.plan}")
                print("\n".join(f"   {one}"[:700] for one in case.problems))
                if chosen.show:
                    for name, text in case.program.files.items():
                        print(f"   -- {name}\n{text}")
            elif case.process is not None:
                forms.setdefault(case.form, (style, case))
        if len(forms) > 1:
            tally["several forms"] += 1
            print(f"== seed {seed}: {len(forms)} forms {case.plan}")
            for style, one in forms.values():
                print(f"   style {style} {one.program.shell}: {one.form}"[:1500])
    spent.sort()
    print(dict(tally))
    if spent:
        print(
            f"CPU seconds per case: median {spent[len(spent) // 2]:.2f}, most {spent[-1]:.2f}, sum {sum(spent):.0f}"
        )
    return 1 if tally["failed"] or tally["crash"] else 0


if __name__ == "__main__":
    with stopped_clock():  # what a case costs is told; a slow machine is no defect
        sys.exit(main())
