import pytest

from chameleonapi.decision import Atom, LabelSet, LabelTest, NumberTest
from chameleonapi.decision.numbers import Aggregate, Arithmetic, Constant, ElementValue, Field
from chameleonapi.decision.numbers import Function as Call
from chameleonapi.decision.sets import Interval, IntervalSet
from chameleonapi.report.number_words import atom_words, compare_words, number_words
from report import samples

LABELS = "labelAnnotations"
FRUIT = Atom("fruit", LABELS, (LabelTest("description", LabelSet.of("Pear", "Apple")),))
SURE = Atom("sure", LABELS, (NumberTest(Field("score"), IntervalSet.at_least(0.8)),))
PROCESS = samples.smart_bin(atoms=(*samples.smart_bin().atoms, FRUIT, SURE))
FRUITS, SURES = (Aggregate("count", LABELS, None, one) for one in ("fruit", "sure"))


def corner(number, axis):
    return Field(f"boundingPoly.normalizedVertices.{number}.{axis}")


def over(path, name):
    return Call(name, tuple(corner(number, path) for number in range(4)))


WIDTH = Arithmetic("-", corner(2, "x"), corner(0, "x"))
HEIGHT = Arithmetic("-", over("y", "max"), over("y", "min"))


def weighted(*rows):
    total = None
    for weight, term in rows:
        one = Arithmetic("*", Constant(float(weight)), term)
        total = one if total is None else Arithmetic("+", total, one)
    return total


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (WIDTH, "box width"),
        (HEIGHT, "box height"),
        (Arithmetic("*", HEIGHT, WIDTH), "box area"),
        (Call("abs", (Arithmetic("-", corner(0, "x"), corner(1, "x")),)), "box width"),
        (Arithmetic("-", corner(0, "x"), corner(2, "x")), "x of corner 1 - x of corner 3"),
        (Arithmetic("-", corner(2, "x"), corner(0, "y")), "x of corner 3 - y of corner 1"),
        (over("x", "max"), "right edge"),
        (Aggregate("sum", LABELS, Arithmetic("*", WIDTH, HEIGHT)), "sum box area"),
        (
            Arithmetic("/", Arithmetic("+", Field("a"), Field("b")), Constant(2)),
            "(a + b) / 2",
        ),
        (
            Arithmetic("-", Field("a"), Arithmetic("-", Field("b"), Field("c"))),
            "a - b + c",
        ),
        (Call("default", (ElementValue(LABELS, 0, Field("score")), Constant(0))),
         "score of result 1 (or 0 without)"),
        (FRUITS, "number of Apple/Pear"),
        (SURES, "number of results with score >= 0.8"),
        (weighted((3, FRUITS), (-1, SURES)),
         "3 * number of Apple/Pear - number of results with score >= 0.8"),
    ],
)  # fmt: skip
def test_terms(number, words):
    assert number_words(number, PROCESS) == words


def test_a_difference_keeps_its_value_in_words():
    # The words are a sum again: whoever reads them computes what the record computes.
    term = Arithmetic(
        "-", Field("a"), Arithmetic("+", Field("b"), Arithmetic("*", Constant(-2.0), Field("c")))
    )
    assert number_words(term) == "a - b + 2 * c"


@pytest.mark.parametrize(
    ("number", "accepts", "words"),
    [
        (weighted((-1, FRUITS), (-2, SURES)), IntervalSet.at_least(-3),
         "number of Apple/Pear + 2 * number of results with score >= 0.8 <= 3"),
        (weighted((-1, FRUITS), (-2, SURES)), IntervalSet.at_least(0),
         "number of Apple/Pear + 2 * number of results with score >= 0.8 <= 0"),
        (Arithmetic("-", FRUITS, SURES), IntervalSet.at_least(0),
         "number of Apple/Pear >= number of results with score >= 0.8"),
        (Arithmetic("-", FRUITS, SURES), IntervalSet((Interval(0.0, low_open=True),)),
         "number of Apple/Pear > number of results with score >= 0.8"),
        (Arithmetic("-", FRUITS, SURES), IntervalSet((Interval(0.0, 0.0),)),
         "number of Apple/Pear - number of results with score >= 0.8 = 0"),
        (Arithmetic("-", FRUITS, SURES), IntervalSet.at_least(1),
         "number of Apple/Pear - number of results with score >= 0.8 >= 1"),
        (Field("score"), IntervalSet(()), "score is impossible"),
    ],
)  # fmt: skip
def test_comparisons(number, accepts, words):
    if not accepts.intervals:
        words = f"score {accepts}"
    assert compare_words(PROCESS, number, accepts) == words
    assert compare_words(PROCESS, number, accepts, is_negated=True) == f"not: {words}"


def test_many_labels_are_counted():
    many = Atom("many", LABELS, (LabelTest("description", LabelSet.of(*"abcde")),))
    assert atom_words(PROCESS, many) == "a/b/c/... (5 labels)"
    none = Atom("none", LABELS, (LabelTest("description", LabelSet.of("x").inverse()),))
    assert atom_words(PROCESS, none) == "anything but x"
    assert atom_words(PROCESS, Atom("any", LABELS)) == "results"


def test_a_sum_that_counts_each_sort_once_says_how_many_are_different():
    spelled = LabelSet(frozenset({"pear", "Pear", "PEAR"}))
    pear = Atom(
        "pear", LABELS, (LabelTest("description", spelled),), not_in_vocabulary=("pear", "PEAR")
    )
    process = samples.smart_bin(atoms=(*PROCESS.atoms, pear))
    pears = Aggregate("count", LABELS, None, "pear")

    def once(number):
        return Call("min", (number, Constant(1.0)))

    different = Arithmetic("+", once(SURES), Arithmetic("+", once(pears), once(FRUITS)))
    words = "number of different ones among Apple/Pear, Pear, results with score >= 0.8"
    assert number_words(different, process) == words
    assert compare_words(process, different, IntervalSet.at_least(2.0)) == f"{words} >= 2"
    # one alone, and one that counts twice, are said as they are
    assert number_words(once(FRUITS), process) == "min(number of Apple/Pear, 1)"
    twice = Arithmetic("+", once(SURES), Call("min", (FRUITS, Constant(2.0))))
    assert "min(number of Apple/Pear, 2)" in number_words(twice, process)
