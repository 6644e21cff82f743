"""Records that say the same in other words have the same digest, and others have another one."""

import dataclasses

import pytest

from chameleonapi.decision import (
    And,
    Atom,
    Automaton,
    AutomatonGives,
    Case,
    Cases,
    DecisionProcess,
    Exists,
    FirstAmong,
    Flag,
    Flags,
    IntervalSet,
    Kind,
    LabelSet,
    LabelTest,
    NumberTest,
    Outcome,
    Span,
)
from chameleonapi.decision import Field as NumberField

LABELS = "labelAnnotations"


def atom(name, *labels, **more):
    return Atom(name, LABELS, (LabelTest("description", LabelSet.of(*labels)),), **more)


def process(rules, atoms, automata=()):
    names = (
        [*(one.outcome for one in rules.cases), rules.default]
        if isinstance(rules, Cases)
        else [one.outcome for one in rules.flags]
    )
    return DecisionProcess(
        id="one",
        api="google.vision.label_detection",
        call=Span("main.py", 1),
        kind=Kind.GENERAL,
        rules=rules,
        outcomes=tuple(map(Outcome, dict.fromkeys(names))),
        atoms=atoms,
        automata=automata,
    )


def choice(*rows, default="else"):
    return Cases(tuple(Case(*row) for row in rows), default)


DOG, CAT = atom("a1", "Dog"), atom("a2", "Cat")


def test_the_names_of_atoms_do_not_count():
    one = process(choice((Exists("a1"), "x"), (Exists("a2"), "y")), (DOG, CAT))
    other = process(
        choice((Exists("b"), "x"), (Exists("a"), "y")),
        (atom("a", "Cat", text="is cat"), atom("b", "Dog")),
    )
    assert one.digest == other.digest


def test_the_order_of_conditions_that_may_both_hold_counts():
    one = process(choice((Exists("a1"), "x"), (Exists("a2"), "y")), (DOG, CAT))
    other = process(choice((Exists("a2"), "y"), (Exists("a1"), "x")), (DOG, CAT))
    assert one.digest != other.digest


@pytest.mark.parametrize("from_end", [False, True])
def test_the_order_of_conditions_that_exclude_each_other_does_not_count(from_end):
    first = (FirstAmong("a1", ("a1", "a2"), from_end), "x")
    second = (FirstAmong("a2", ("a2", "a1"), from_end), "y")
    one = process(choice(first, second), (DOG, CAT))
    other = process(choice(second, first), (DOG, CAT))
    assert one.digest == other.digest
    both = atom("a2", "Cat", "Dog")
    assert (
        process(choice(first, second), (DOG, both)).digest
        != process(choice(second, first), (DOG, both)).digest
    )


def test_the_order_of_operands_and_of_flags_does_not_count():
    pair = (Exists("a1"), Exists("a2"))
    one = process(choice((And(pair), "x")), (DOG, CAT))
    other = process(choice((And(pair[::-1]), "x")), (CAT, DOG))
    assert one.digest == other.digest
    flags = (Flag(Exists("a1"), "x"), Flag(Exists("a2"), "y"))
    assert (
        process(Flags(flags), (DOG, CAT)).digest == process(Flags(flags[::-1]), (CAT, DOG)).digest
    )


def test_what_is_tested_counts():
    rules = choice((Exists("a1"), "x"))
    seen = set()
    for test in (
        LabelTest("description", LabelSet.of("Dog")),
        LabelTest("description", LabelSet.of("Dog", "Cat")),
        LabelTest("description", LabelSet.of("Dog").inverse()),
        NumberTest(NumberField("score"), IntervalSet.at_least(0.5)),
        NumberTest(NumberField("score"), IntervalSet.at_least(0.5, strictly=True)),
    ):
        seen.add(process(rules, (Atom("a1", LABELS, (test,)),)).digest)
    assert len(seen) == 5


MACHINE = Automaton(
    "m",
    LABELS,
    ("a1", "a2"),
    ((False, False), (True, False), (False, True)),
    ((0, 1, 0), (1, 1, 2), (2, 2, 2)),
    ("no", "no", "yes"),
)


def test_automata_are_the_same_whatever_their_numbers():
    one = process(choice((AutomatonGives("m", "yes"), "x")), (DOG, CAT), (MACHINE,))
    turned = Automaton(
        "n",
        LABELS,
        ("b", "a"),
        ((False, False), (True, False), (False, True)),
        ((0, 0, 2), (1, 1, 1), (2, 1, 2)),
        ("nein", "ja", "nein"),
        bound=7,
    )
    atoms = (atom("b", "Cat"), atom("a", "Dog"))
    other = process(choice((AutomatonGives("n", "ja"), "x")), atoms, (turned,))
    assert one.digest == other.digest
    changed = dataclasses.replace(MACHINE, outputs=("no", "yes", "yes"))
    wrong = process(choice((AutomatonGives("m", "yes"), "x")), (DOG, CAT), (changed,))
    assert wrong.digest != one.digest
