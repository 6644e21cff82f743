"""``chameleon analyze``: what does this application decide, and is that what was meant?"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chameleonapi.cli.console import notes, output, print_json, working
from chameleonapi.errors import NothingFoundError, UnsupportedError, UsageError

if TYPE_CHECKING:
    from chameleonapi.analysis import AnalysisReport, Vocabulary
    from chameleonapi.analysis.replay import ProcessReplay

__all__ = ["FOUND", "add_to", "assumptions", "is_found", "save"]

FOUND: Final = 11  # exit code: something is there on which the user wanted to fail
_FORMATS: Final = ("text", "json", "sarif", "github", "markdown")
_ANSWERS: Final = 500
_MOST_ANSWERS: Final = 20_000
_FAIL_ON: Final = ("never", "warning", "note", "gap")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "analyze",
        help="read an application's source and print its decision processes",
        description="Read an application's source and print its decision processes, and warnings "
        "about decisions that are probably not what was meant. Nothing of the application is run "
        "or installed, unless --replay asks for it.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="a Python file, a notebook or the folder of an application; several are analysed "
        "side by side",
    )
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        help="text for people, json for programs, sarif for code scanning, github for annotations "
        "of a pull request, markdown with diagrams (Mermaid) for pages (default: text)",
    )
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--vocabulary",
        action="append",
        default=[],
        metavar="[API=]FILE",
        help="the labels that the API can return: text, CSV or JSON (default: a built-in list); "
        "can be given again, for single APIs",
    )
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value that the source does not say, by the name that a gap shows: an argument "
        "(sys.argv[1]=Dog), an option (args.target=Dog), a parameter; NAME:=JSON for other than "
        "text; can be given again",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE",
        help="a warning that is not wanted; can be given again",
    )
    parser.add_argument(
        "--fail-on",
        action="append",
        choices=_FAIL_ON,
        metavar="WHAT",
        help=f"end with exit code {FOUND} if there is a warning, a note or a gap, and else with 0; "
        "`never`: with 0 whatever is found; can be given again",
    )
    parser.add_argument(
        "--output", metavar="FOLDER", help="also write one decision.json per process there"
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="analyse anew, even if nothing has changed (the variable CHAMELEON_CACHE moves the "
        "cache to another folder, or switches it `off`)",
    )
    parser.add_argument(
        "--replay",
        action="store_true",
        help="RUN the application as well, with stand-ins for all that is foreign, and compare "
        "each decision with what it does; only for code that you would run yourself",
    )
    parser.add_argument(
        "--replay-answers",
        type=int,
        default=_ANSWERS,
        metavar="N",
        help=f"on how many random answers a replay tries each decision (default: {_ANSWERS})",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.analysis.confinement import user_cache

    form = _format(options)
    _check_replay(options, form)
    common, single = _vocabularies(options.vocabulary)
    asked = {
        "vocabulary": common,
        "vocabularies": single,
        "ignore": tuple(options.ignore),
        "assume": assumptions(options.assume),
        "cache": None if options.no_cache else user_cache(),
    }
    if len(options.paths) > 1:
        from chameleonapi.cli.analyze_several import run_several

        return run_several(options, form, asked)
    return _run_one(options, form, asked)


def _run_one(options: argparse.Namespace, form: str, asked: dict[str, Any]) -> int:
    from chameleonapi.analysis.confinement import analyze_confined
    from chameleonapi.analysis.warnings.settings import settings_at

    (path,) = options.paths
    with working(f"Analysing {path}"):
        report = analyze_confined(path, **asked)
    if options.output:
        save(report, Path(options.output))
    _write(report, form, path, _replays(report, options))
    if options.output:
        notes().print(
            f"Wrote {len(report.processes)} decision.json to {options.output}.", markup=False
        )
    fail_on = options.fail_on if options.fail_on is not None else settings_at(path).fail_on
    if fail_on or options.fail_on is not None:
        return FOUND if is_found(report, frozenset(fail_on)) else 0
    if report.processes:
        return 0
    return _explain(report, quiet=form != "text")


def save(report: AnalysisReport, folder: Path) -> None:
    """Write one decision.json for each process."""
    folder.mkdir(parents=True, exist_ok=True)
    for process in report.processes:
        process.save(folder / f"{process.id}.decision.json")


def assumptions(texts: list[str]) -> dict[str, Any]:
    """Return the values of ``--assume`` by name.

    Raises:
        UsageError: if one is neither NAME=VALUE nor NAME:=JSON.
    """
    made: dict[str, Any] = {}
    for text in texts:
        # the name may hold a sign of equality in quotes: the first one outside of brackets counts
        found = re.match(r"((?:\[[^\]]*\]|\([^)]*\)|[^\[(=:])+)(:?=)(.*)$", text, re.DOTALL)
        if found is None:
            raise UsageError(
                f"--assume {text!r}: expected NAME=VALUE.",
                hint="For example --assume 'sys.argv[1]=Dog' or --assume args.least:=0.7.",
            )
        name, sign, value = found.groups()
        if sign == ":=":
            try:
                made[name] = json.loads(value)
            except (ValueError, RecursionError):
                raise UsageError(
                    f"--assume {text!r}: {value!r} is no JSON.", hint="Use NAME=VALUE for text."
                ) from None
        else:
            made[name] = value
    return made


def _format(options: argparse.Namespace) -> str:
    if options.json and options.format not in {None, "json"}:
        raise UsageError(
            f"--json and --format {options.format} contradict each other.", hint="Give one of them."
        )
    return "json" if options.json else options.format or "text"


def _vocabularies(texts: list[str]) -> tuple[Vocabulary | None, dict[str, Vocabulary]]:
    from chameleonapi.analysis import load_vocabulary
    from chameleonapi.apis import api_ids

    common: Vocabulary | None = None
    single: dict[str, Vocabulary] = {}
    for text in texts:
        api, sign, file = text.partition("=")
        if sign and (api in api_ids() or api.startswith(("google.", "aws."))):
            single[api] = load_vocabulary(file)
        else:
            common = load_vocabulary(text)
    return common, single


def _check_replay(options: argparse.Namespace, form: str) -> None:
    if not 1 <= options.replay_answers <= _MOST_ANSWERS:
        raise UsageError(
            f"--replay-answers {options.replay_answers}: expected 1 to {_MOST_ANSWERS}.",
            hint=f"Leave it out for {_ANSWERS}.",
        )
    if options.replay and len(options.paths) > 1:
        raise UsageError("--replay runs one application.", hint="Give one path.")
    if options.replay and form not in ("text", "json"):
        raise UsageError(
            f"--replay has nothing to say in --format {form}.",
            hint="Use --format text or --format json.",
        )


def _replays(
    report: AnalysisReport, options: argparse.Namespace
) -> tuple[ProcessReplay, ...] | None:
    if not options.replay:
        return None
    from chameleonapi.analysis.replay import replay_report

    return tuple(replay_report(options.paths[0], report, answers=options.replay_answers))


def _write(
    report: AnalysisReport, form: str, path: str, replays: tuple[ProcessReplay, ...] | None
) -> None:
    root = Path(path)
    root = root if root.is_dir() else root.parent
    if form == "text":
        from chameleonapi.report.terminal import analysis_text

        output().print(analysis_text(report, source_root=root))
        if replays is not None:
            from chameleonapi.report.terminal import replay_text

            output().print(replay_text(replays))
    elif form == "json":
        made = report.to_json()
        by_process = {one.process: one.to_json() for one in replays or ()}
        for row in made["processes"] if by_process else ():
            row["replay"] = by_process.get(row["id"])
        print_json(made)
    else:
        from chameleonapi.report.github import github_commands
        from chameleonapi.report.places import Places
        from chameleonapi.report.sarif import sarif_log

        if form == "sarif":
            import chameleonapi

            print_json(sarif_log(report, Places(root), chameleonapi.__version__))
        elif form == "markdown":
            from chameleonapi.report.markdown import analysis_markdown

            sys.stdout.write(analysis_markdown(report, Places(root)))
        else:
            sys.stdout.write(github_commands(report, Places(root)))


def is_found(report: AnalysisReport, wanted: frozenset[str]) -> bool:
    """Return whether there is something on which the user wants to fail."""
    from chameleonapi.analysis.warnings import level_of

    found = {level_of(one.code).value for one in report.warnings}
    if report.every_gap:
        found.add("gap")
    if "note" in wanted:
        wanted |= {"warning"}  # whoever wants to see notes wants to see what is graver
    return bool(found & wanted)


def _explain(report: AnalysisReport, *, quiet: bool) -> int:
    """Say why there is no process: none found and gave up are different answers."""
    if report.gaps or report.status.name == "UNSUPPORTED":
        code = UnsupportedError.exit_code
        text = (
            "Some of this application was not understood, and no decision was found in the rest; "
            "see above."
            if report.calls_without_decision
            else "The analysis gave up on this application; see what was not understood above."
        )
    elif report.calls_without_decision:
        code = NothingFoundError.exit_code
        text = "The application calls an ML API but decides nothing on the answer."
    else:
        code = NothingFoundError.exit_code
        text = "No call to an ML API that is analysed was found"
        text += "; what is used in its place is named above." if report.notes else "."
    if not quiet:
        notes().print(text)
    return code
