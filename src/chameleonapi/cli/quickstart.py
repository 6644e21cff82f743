"""``chameleon quickstart``: the whole path on embedded data."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from chameleonapi.cli.console import TerminalProgress, notes, output, print_json
from chameleonapi.cli.options import add_json, add_seed

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "quickstart",
        help="analyse, customise, evaluate, serve and report on embedded data",
        description="The whole path for an example application on labelled scenes that are made "
        "here: analyse it, customise a model, compare it with honest baselines, run the "
        "unmodified application against it, write a report.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("chameleon-quickstart"),
        metavar="FOLDER",
        help="where everything is kept; a second run goes on from it "
        "(default: chameleon-quickstart)",
    )
    parser.add_argument(
        "--app",
        type=Path,
        metavar="FILE",
        help="another application that reads labels of pictures named on its command line "
        "(default: the smart bin)",
    )
    parser.add_argument(
        "--small",
        action="store_true",
        help="a tenth of the data: quick, but too little to prove anything",
    )
    add_seed(parser)
    add_json(parser)
    parser.set_defaults(run=run, runs_torch=True)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.pipeline.quickstart import Quickstart, QuickstartSettings
    from chameleonapi.report import write_report
    from chameleonapi.report.terminal import decision_panel, rates_table, run_table

    quiet: bool = options.json
    console = output()
    quick = Quickstart(
        QuickstartSettings(options.folder, options.app, options.seed, options.small),
        TerminalProgress(quiet=quiet),
    )

    def headline(number: int, text: str) -> None:
        if not quiet:
            notes().print(f"\n[bold]{number}. {text}[/]")

    headline(1, "What does the application decide?")
    process = quick.analyze()
    if not quiet:
        console.print(decision_panel(process, source_root=quick.application.parent))
    headline(2, "Labelled scenes: the provider's, and other ones of the application")
    quick.make_data()
    headline(3, "The generic model, which stands for today's API")
    quick.make_generic()
    headline(4, "A model customised for this application")
    quick.customize()
    headline(5, "Incorrect decisions on held-out scenes")
    evaluation = quick.evaluate()
    if not quiet:
        console.print(rates_table(evaluation))
    headline(6, "The unmodified application, with the official client over gRPC")
    record = quick.run_application()
    if not quiet:
        console.print(run_table(record.rows, only_changed=True))
    headline(7, "The report")
    page, saved = write_report(
        quick.folder,
        process=process,
        evaluation=evaluation,
        run=record,
        pictures=quick.pictures(),
        source=quick.application.read_text("utf-8"),
        title=quick.title,
    )
    if quiet:
        print_json(
            {
                "report": str(page),
                "record": str(saved),
                "evaluation": evaluation.to_json(),
                "run": record.to_json(),
            }
        )
        return 0
    notes().print(f"  {page}\n  {saved}", markup=False, soft_wrap=True)
    notes().print(_next_steps(quick.folder, quick.name), markup=False, soft_wrap=True)
    return 0


def _next_steps(folder: Path, name: str) -> str:
    command = _command()
    return f"""
Next, for your own application and pictures:
  {command} analyze PATH/TO/YOUR/APP
  {command} customize PATH/TO/YOUR/APP --data FOLDER --name my-app --output my-report
      FOLDER holds a labels.csv (file,labels) or one folder of pictures for each label
  {command} run --app my-app -- python your_app.py
Try what was made just now:
  {command} run --app {name} --models {folder}/models -- python YOUR_APP.py PICTURE"""


def _command() -> str:
    """Return how to call this command from the current folder."""
    script = Path(sys.executable).parent / "chameleon"
    if shutil.which("chameleon") == str(script):
        return "chameleon"
    if not script.is_file():
        return f"{sys.executable} -m chameleonapi"
    return str(script.relative_to(Path.cwd())) if script.is_relative_to(Path.cwd()) else str(script)
