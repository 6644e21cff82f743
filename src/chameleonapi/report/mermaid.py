"""A decision as Mermaid text, for pages that draw such diagrams themselves."""

from __future__ import annotations

from chameleonapi.decision import Automaton, DecisionProcess, Flags, Order
from chameleonapi.report.characters import shorten, visible
from chameleonapi.report.conditions import Clause, rule_rows
from chameleonapi.report.machines import machine_states
from chameleonapi.report.phrases import kind_words, order_words

__all__ = ["decision_diagram"]

_SHOWN_LABELS = 8
_SHOWN_CLAUSES = 6
_SHOWN_EFFECTS = 2
_SHOWN_STATES = 14
_PLAIN = frozenset(" .,:+-/?!'_")


def decision_diagram(process: DecisionProcess) -> str:
    """Return a Mermaid flowchart from the answer through the conditions to the outcomes.

    Text of the application is written with character references, so that it cannot
    change the diagram.
    """
    lines = ["flowchart LR"]
    others = [f"and {one.api}, {one.span}" for one in process.beside]
    title = [process.api, str(process.call), *others, kind_words(process.kind)]
    if order_words(process):
        title.append(order_words(process))
    lines.append(f'  answer(["{_label(title)}"])')
    # In API order, and of flags, all questions are asked alike; else one after the other.
    is_chain = not isinstance(process.rules, Flags) and process.order is not Order.API
    previous = "answer"
    for i, row in enumerate(rule_rows(process), start=1):
        effects = [one.text for one in row.effects[:_SHOWN_EFFECTS]]
        lines.append(f'  outcome{i}["{_label([row.outcome.id, *effects])}"]')
        if row.is_default:
            lines.append(f"  {previous} -. otherwise .-> outcome{i}")
            continue
        lines.append(f'  rule{i}{{{{"{_label(_questions(row.clauses))}"}}}}')
        arrow = "-- otherwise -->" if is_chain and previous != "answer" else "-->"
        lines.append(f"  {previous} {arrow} rule{i}")
        lines.append(f"  rule{i} ==> outcome{i}")
        previous = f"rule{i}" if is_chain else previous
    for number, machine in enumerate(process.automata, start=1):
        lines += _machine(process, machine, f"m{number}s")
    return "\n".join(lines) + "\n"


def _machine(process: DecisionProcess, machine: Automaton, prefix: str) -> list[str]:
    """Return how an automaton reads the answer, as a diagram of its states."""
    states = machine_states(process, machine)
    if len(states) > _SHOWN_STATES:
        return []
    lines = [f'  subgraph {prefix}["{_label(["the results, one after the other"])}"]']
    lines += [
        f'    {prefix}{one.number}(("{_label([f"{one.number}", one.output])}"))' for one in states
    ]
    for one in states:
        for words, target in one.ways:
            asked = _label([shorten(words, 80)])
            lines.append(f'    {prefix}{one.number} -- "{asked}" --> {prefix}{target}')
    return [*lines, "  end"]


def _questions(clauses: tuple[Clause, ...]) -> list[str]:
    lines = []
    for one in clauses[:_SHOWN_CLAUSES]:
        words = [one.lead, one.phrase, "anything but" if one.is_complement else ""]
        labels = ", ".join(shorten(label, 40) for label in one.labels[:_SHOWN_LABELS])
        more = len(one.labels) - _SHOWN_LABELS
        words += [labels, f"and {more} more" if more > 0 else "", *one.bounds]
        lines.append(" ".join(word for word in words if word))
    if len(clauses) > _SHOWN_CLAUSES:
        lines.append(f"and {len(clauses) - _SHOWN_CLAUSES} more questions")
    return lines


def _label(lines: list[str]) -> str:
    return "<br/>".join(_quote(shorten(line, 300)) for line in lines)


def _quote(text: str) -> str:
    return "".join(
        one if one in _PLAIN or (one.isascii() and one.isalnum()) else f"#{ord(one)};"
        for one in visible(text)
    )
