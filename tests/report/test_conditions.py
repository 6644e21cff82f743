from chameleonapi.decision import And, Case, Cases, CountAtLeast, Exists, LabelSet, Not, Or
from chameleonapi.decision.atoms import Atom, LabelTest, NumberTest
from chameleonapi.decision.numbers import Aggregate, Arithmetic, Constant, ElementValue, Field
from chameleonapi.decision.numbers import Function as Call
from chameleonapi.decision.sets import IntervalSet
from chameleonapi.decision.text_rules import TextCall, TextConstant, TextRow, TextRule, TheText
from chameleonapi.report.conditions import clauses_of, rule_rows
from chameleonapi.report.number_words import number_words
from report import samples

A, B, C = Exists("compost"), Exists("recycle"), Exists("donate")


def outline(predicate):
    found = clauses_of(samples.smart_bin(), predicate)
    return [(one.depth, one.lead, one.phrase, one.labels[0]) for one in found]


def test_a_tighter_join_is_indented_on_either_side():
    assert outline(And((Or((A, B)), C))) == [
        (0, "", "any of", "Baked goods"),
        (1, "or", "any of", "Bottle"),
        (0, "and", "any of", "Book"),
    ]
    assert outline(Or((A, And((B, C))))) == [
        (0, "", "any of", "Baked goods"),
        (0, "or", "any of", "Bottle"),
        (1, "and", "any of", "Book"),
    ]


def test_negation_reaches_the_questions():
    assert outline(Not(And((A, Not(Or((B, CountAtLeast("donate", 2)))))))) == [
        (0, "", "none of", "Baked goods"),
        (0, "or", "any of", "Bottle"),
        (1, "or", "at least 2 of", "Book"),
    ]


def test_rows_keep_the_order_of_the_rules_and_end_with_the_default():
    rows = rule_rows(samples.smart_bin())
    assert [row.outcome.id for row in rows] == ["compost", "recycle", "donate", "trash"]
    assert [row.is_default for row in rows] == [False, False, False, True]
    flags = rule_rows(samples.multi_select(3))
    assert [row.outcome.id for row in flags] == ["tag_0", "tag_1", "tag_2", "none"]


def test_a_clause_says_all_tests_of_its_atom():
    atom = Atom(
        "a",
        "labelAnnotations",
        (
            LabelTest("description", LabelSet.of("Dog", "ant").inverse()),
            LabelTest("locale", LabelSet.of("en")),
            NumberTest(Field("score"), IntervalSet.at_least(0.7)),
        ),
        not_in_vocabulary=("ant",),
    )
    process = samples.smart_bin(
        atoms=(atom,), rules=Cases((Case(Exists("a"), "compost"),), "trash"), witnesses=()
    )
    (clause,) = rule_rows(process)[0].clauses
    assert clause.labels == ("Dog", "ant")  # what the vocabulary does not list comes last
    assert clause.is_complement
    assert clause.bounds == ("locale is en", "score >= 0.7")
    assert clause.unknown == {"ant"}


def test_numbers_in_words():
    score = Field("score")
    mean = Aggregate("mean", "labelAnnotations", score, "compost")
    assert number_words(mean) == "mean score of compost"
    assert number_words(Aggregate("count", "labelAnnotations")) == "number of results"
    assert number_words(Field("Instances.#")) == "number of Instances"
    assert number_words(ElementValue("labelAnnotations", -1, score)) == "score of last result"
    term = Arithmetic("-", Call("neg", (score,)), Call("round", (Constant(0.5), Constant(1))))
    assert number_words(term) == "-score - round(0.5, 1)"


def test_a_text_that_is_not_empty_is_asked_by_its_field():
    filled = TextCall(">", (TextCall("len", (TheText(),)), TextConstant(0)))
    test = LabelTest(
        "metadata.mid",
        LabelSet(frozenset(), complement=True),
        rule=TextRule((filled,), (TextRow((0,)),)),
    )
    process = samples.smart_bin(
        atoms=(Atom("a", "labelAnnotations", (test,)),),
        rules=Cases((Case(Exists("a"), "compost"),), "trash"),
        witnesses=(),
    )
    (clause,) = rule_rows(process)[0].clauses
    assert clause.phrase == "any result with metadata.mid: the text is not empty"
    assert not clause.labels
