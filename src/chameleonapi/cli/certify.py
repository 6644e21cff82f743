"""``chameleon certify``: what do the held-out examples prove?"""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.cli.console import notes, output, print_json
from chameleonapi.cli.options import add_json
from chameleonapi.errors import UsageError

__all__ = ["add_to"]

NOT_PROVED = 12


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "certify",
        help="prove an upper bound on the rate of incorrect decisions",
        description="Bound the true rate of incorrect decisions from above, with a chosen "
        "confidence and without approximation, from the evaluation.json that `chameleon evaluate` "
        "and `customize` write. With --abstain, find which decisions to leave to a person so that "
        "the others keep a bound.",
        allow_abbrev=False,
    )
    parser.add_argument("evaluation", type=Path, metavar="EVALUATION")
    parser.add_argument(
        "--method", metavar="NAME", help="whose decisions (default: ours, or the only one)"
    )
    parser.add_argument(
        "--confidence", type=float, default=0.95, metavar="SHARE", help="default: 0.95"
    )
    parser.add_argument(
        "--chosen-among",
        type=int,
        default=1,
        metavar="N",
        help="how many methods were compared on these examples before this one was chosen",
    )
    parser.add_argument(
        "--at-most",
        type=float,
        metavar="RATE",
        help=f"end with exit code {NOT_PROVED} unless the balanced rate is proved to be below",
    )
    parser.add_argument(
        "--abstain",
        type=float,
        metavar="RATE",
        help="leave unsure decisions to a person so that the others are wrong at most this often",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.evaluation import Evaluation, abstain, certify
    from chameleonapi.report.terminal.certificates import abstention_lines, certificate_table

    for name in ("at_most", "abstain"):
        value = getattr(options, name)
        if value is not None and not 0 < value < 1:
            raise UsageError(
                f"--{name.replace('_', '-')} takes a rate between 0 and 1, but {value} came.",
                hint="Write 0.05 for 5%.",
            )
    evaluation = Evaluation.load(options.evaluation)
    names = [one.name for one in evaluation.methods]
    method = options.method or (names[0] if len(names) == 1 else "ours")
    made = certify(
        evaluation, method, confidence=options.confidence, chosen_among=options.chosen_among
    )
    rule = None
    if options.abstain is not None:
        rule = abstain(evaluation, method, at_most=options.abstain, confidence=options.confidence)
    if options.json:
        found = made.to_json()
        if options.abstain is not None:
            found["abstention"] = rule.to_json() if rule else None
        print_json(found)
    else:
        output().print(certificate_table(made))
        if options.abstain is not None:
            output().print(abstention_lines(rule, options.abstain, options.confidence))
    if options.abstain is not None and rule is None:
        return NOT_PROVED
    if options.at_most is not None and made.balanced.upper > options.at_most:
        notes().print(
            f"Not proved: the balanced rate may be {made.balanced.upper:.1%}, more than "
            f"{options.at_most:.1%}. More held-out examples, or a better model, may prove it.",
            soft_wrap=True,
        )
        return NOT_PROVED
    return 0
