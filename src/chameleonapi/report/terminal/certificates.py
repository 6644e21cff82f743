"""What held-out examples prove about a method."""

from __future__ import annotations

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.evaluation.abstention import Abstention
from chameleonapi.evaluation.certificate import Bound, Certificate
from chameleonapi.report import phrases
from chameleonapi.report.numbers import percent
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["abstention_lines", "certificate_table"]


def certificate_table(certificate: Certificate) -> ConsoleRenderable:
    """Return the bounds, the whole first and then each outcome."""
    return Adaptive(lambda style: _certificate(style, certificate))


def _certificate(style: Style, certificate: Certificate) -> ConsoleRenderable:
    table = style.table(
        "inputs",
        "examples",
        "wrong",
        "at most",
        right=frozenset({"examples", "wrong", "at most"}),
    )

    def add(name: str, bound: Bound, emphasis: str = "") -> None:
        table.add_row(
            style.text(name, emphasis),
            Text(str(bound.examples)),
            Text(style.number(percent(bound.rate))),
            Text(style.number(percent(bound.upper)), "bold"),
        )

    add("every outcome alike", certificate.balanced, "bold")
    add("as they came", certificate.natural)
    for name, bound in certificate.outcomes.items():
        add(f"where {name} is right", bound)
    among = (
        f", chosen among {certificate.chosen_among} on these examples"
        if certificate.chosen_among > 1
        else ""
    )
    sentence = (
        f"{certificate.application}, {certificate.method}{among}. With "
        f"{certificate.confidence:.0%} confidence each of the first two rates, and all of the "
        "others together, are at most this, for inputs like the held-out examples, drawn "
        "independently."
    )
    if certificate.through_program:
        sentence += f" {phrases.THROUGH_PROGRAM}"
    return Group(table, Text(""), style.text(sentence))


def abstention_lines(
    rule: Abstention | None, at_most: float, confidence: float
) -> ConsoleRenderable:
    """Return which decisions to leave to a person, in words."""
    return Adaptive(lambda style: style.text(_abstention(style, rule, at_most, confidence)))


def _abstention(style: Style, rule: Abstention | None, at_most: float, confidence: float) -> str:
    wanted = style.number(percent(at_most))
    if rule is None:
        return (
            f"No rule is proved to keep {wanted} with {confidence:.0%} confidence: the surest "
            "decisions are wrong too often, or the examples are too few."
        )
    rate, upper = style.number(percent(rule.rate)), style.number(percent(rule.upper))
    before = style.number(percent(rule.rate_without))
    if rule.coverage == 1:
        return (
            f"All decisions can be answered: {rate} are wrong, proved to be at most {wanted} with "
            f"{confidence:.0%} confidence."
        )
    return (
        f"Answer where the margin is at least {rule.margin:.2f} logits, "
        f"{style.number(percent(rule.coverage))} of the inputs, and leave the others to a person: "
        f"of those answered {rate} are wrong ({before} of all), proved to be at most {wanted} with "
        f"{confidence:.0%} confidence (at this margin alone: {upper})."
    )
