import pytest

from chameleonapi.decision import (
    Always,
    And,
    Atom,
    Automaton,
    AutomatonGives,
    Case,
    Cases,
    Compare,
    ElementAt,
    ExistsInTop,
    FirstAmong,
    IntervalSet,
    LengthAtLeast,
)
from chameleonapi.decision.numbers import Aggregate
from chameleonapi.report.phrases import question
from report import samples

PROCESS = samples.smart_bin(
    automata=(Automaton("m", "labelAnnotations", (), ((),), ((0,), (1,)), ("x", "y")),),
    atoms=(*samples.smart_bin().atoms, Atom("any", "labelAnnotations")),
)
COUNT = Compare(Aggregate("count", "labelAnnotations"), IntervalSet.at_least(3, strictly=True))


@pytest.mark.parametrize(
    ("predicate", "yes", "no"),
    [
        (Always(), "always", "never"),
        (LengthAtLeast("labelAnnotations", 1), "any result", "no result at all"),
        (LengthAtLeast("labelAnnotations", 3), "at least 3 results", "fewer than 3 results"),
        (ElementAt(1, "donate"), "result 2 is one of", "result 2 is not one of"),
        (ElementAt(-1, "donate"), "last result is one of", "last result is not one of"),
        (
            ExistsInTop(1, "donate", by="score"),
            "top result by score has",
            "top result by score has none of",
        ),
        (
            ExistsInTop(3, "donate", among="any"),
            "top 3 results among results has",
            "top 3 results among results has none of",
        ),
        (
            FirstAmong("donate", ("donate",), from_end=True),
            "last match is in",
            "last match is not in",
        ),
        (COUNT, "number of results > 3", "not: number of results > 3"),
        (
            AutomatonGives("m", "y"),
            "reading the results ends as 'y' (2 states)",
            "reading the results does not end as 'y' (2 states)",
        ),
    ],
)
def test_questions_and_their_negation(predicate, yes, no):
    assert question(PROCESS, predicate) == yes
    assert question(PROCESS, predicate, is_negated=True) == no


def test_a_join_is_no_single_question():
    with pytest.raises(TypeError, match="And has operands"):
        question(PROCESS, And(()))


def test_how_long_a_list_is_names_the_list_where_several_are_asked():
    labels, texts = LengthAtLeast("labelAnnotations", 1), LengthAtLeast("a.textAnnotations", 2)
    both = PROCESS.with_(
        rules=Cases((Case(And((labels, texts)), "compost"),), "trash"), witnesses=()
    )
    assert question(both, labels) == "any result in labelAnnotations"
    assert question(both, labels, is_negated=True) == "no result in labelAnnotations"
    assert question(both, texts) == "at least 2 results in textAnnotations"
    assert question(both, texts, is_negated=True) == "fewer than 2 results in textAnnotations"
