# ruff: noqa: INP001
"""Feed one parser with what atheris makes up: ``fuzz_parser.py PARSER SECONDS``."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import atheris

_INPUT_SECONDS = 5  # for one input; longer is a finding
_MEMORY_MIB = 2048
_LONGEST = 4096
# Where bytes are parsed; to instrument the engine of the analysis takes a minute.
_INSTRUMENTED = [
    "chameleonapi.serving",
    "chameleonapi.data",
    "chameleonapi.decision",
    "chameleonapi.analysis.frontend",
    "chameleonapi.models.heads",
    "chameleonapi.models.manifest",
]


def main() -> None:
    """Fuzz; atheris ends the process."""
    name, seconds = sys.argv[1], sys.argv[2]
    with atheris.instrument_imports(include=_INSTRUMENTED):
        from fuzzed_parsers import PARSERS
    if name not in PARSERS:
        sys.exit(f"fuzz: no parser is named {name!r}; choose one of {', '.join(PARSERS)}.")
    warnings.simplefilter("ignore")
    parser = PARSERS[name]
    corpus = Path(".fuzz") / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(parser.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={_INPUT_SECONDS}",
        f"-rss_limit_mb={_MEMORY_MIB}",
        f"-max_len={_LONGEST}",
        f"-artifact_prefix={corpus}-found-",
        "-print_final_stats=1",
        "-verbosity=0",
        str(corpus),
    ]
    print(f"{name}: {seconds} s", flush=True)  # noqa: T201
    atheris.Setup([sys.argv[0], *options], parser)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
