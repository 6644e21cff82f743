"""Rules over free texts: what they accept, how they read, what they refuse."""

import pickle

import pytest

from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    DecisionProcess,
    Exists,
    Kind,
    LabelSet,
    LabelTest,
    Outcome,
    Span,
    TextCall,
    TextConstant,
    TextRow,
    TextRule,
    TheText,
)
from chameleonapi.decision.description import describe
from chameleonapi.decision.text_rules import describe_rule, describe_term, evaluate
from chameleonapi.errors import AnswerError, RecordError

LOWER = TextCall("lower", (TheText(),))


def contains(word):
    return TextCall("in", (TextConstant(word), LOWER))


def pattern(name, expression, *more):
    constants = (TextConstant(expression), TextConstant(0), *map(TextConstant, more))
    return TextCall(name, (TheText(), *constants))


def rule(*rows, questions):
    return TextRule(questions, tuple(TextRow(*row) for row in rows))


TOTAL_NOT_VOID = rule(((0,), (1,)), questions=(contains("total"), contains("void")))


def process(asked):
    test = LabelTest("description", LabelSet.of("total"), ("lower",), asked)
    return DecisionProcess(
        "p",
        "google.vision.text_detection",
        Span("a.py", 1),
        Kind.TRUE_FALSE,
        Cases((Case(Exists("a1"), "yes"),), "no"),
        (Outcome("yes"), Outcome("no")),
        (Atom("a1", "textAnnotations", (test,)),),
    )


def answer(text):
    return {"textAnnotations": [{"description": text}]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Grand TOTAL: 5", "yes"), ("total void", "no"), ("nothing", "no"), ("", "no")],
)
def test_a_rule_decides_on_texts_that_nobody_listed(text, wanted):
    assert process(TOTAL_NOT_VOID).decide(answer(text)).id == wanted


def test_without_a_rule_the_list_decides():
    assert process(None).decide(answer("total")).id == "yes"
    assert process(None).decide(answer("Grand TOTAL")).id == "no"


def test_a_record_with_a_rule_survives_json_and_has_a_digest_of_its_own():
    made = process(TOTAL_NOT_VOID)
    assert DecisionProcess.from_json(made.to_json()) == made
    assert made.digest != process(None).digest


def test_the_description_says_what_is_asked():
    (row, _) = describe(process(TOTAL_NOT_VOID))
    assert "'total' in the text.lower() and 'void' not in the text.lower()" in row.when
    several = rule(*(((one,),) for one in range(5)), questions=tuple(map(contains, "abcde")))
    assert describe_rule(several).endswith("or 2 more ways")
    assert describe_rule(TextRule((), ())) == "no text"
    assert describe_rule(TextRule((), (TextRow(),))) == "any text"


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (
            TextCall("getitem", (TextCall("split", (TheText(),)), TextConstant(0))),
            "the text.split()[0]",
        ),
        (
            TextCall("slice", (TheText(), TextConstant(None), TextConstant(3), TextConstant(None))),
            "the text[:3]",
        ),
        (TextCall("len", (TheText(),)), "len(the text)"),
        (TextCall("concat", (TheText(), TextConstant("!"))), "the text + '!'"),
        (TextCall("in", (TheText(), TextConstant(("a", "b")))), "the text in ['a', 'b']"),
        (pattern("search", "a+"), "re.search('a+', the text)"),
    ],
)
def test_terms_read_as_they_stand_in_a_source(term, shown):
    assert describe_term(term) == shown


@pytest.mark.parametrize(
    ("term", "text", "value"),
    [
        (TextCall("startswith", (LOWER, TextConstant(("in", "re")))), "Receipt", True),
        (TextCall("replace", (TheText(), TextConstant(" "), TextConstant(""))), "a b", "ab"),
        (TextCall("can int", (TheText(),)), "5x", False),
        (pattern("search", r"\d{2}"), "a 42", True),
        (pattern("match", r"\d{2}"), "a 42", False),
        (pattern("findall", r"\d"), "4 2", ["4", "2"]),
        (pattern("group of search", r"(\w)=(\d)", 2), "a=4", "4"),
    ],
)
def test_terms_have_the_value_that_python_gives(term, text, value):
    assert evaluate(term, text) == value


def test_a_question_that_cannot_be_answered_does_not_hold():
    second = TextCall("getitem", (TextCall("split", (TheText(),)), TextConstant(1)))
    asked = rule(((0,),), questions=(TextCall("==", (second, TextConstant("b"))),))
    assert asked.accepts("a b")
    assert not asked.accepts("a")


def test_a_pattern_that_takes_too_long_is_an_error_and_no_answer():
    asked = rule(((0,),), questions=(pattern("search", "(a+)+$"),))
    with pytest.raises(AnswerError, match="may take too long on a text of 60 letters"):
        asked.accepts("a" * 59 + "b")


def test_a_text_may_not_grow_beyond_measure():
    grown = TextCall("replace", (TheText(), TextConstant("a"), TextConstant("b" * 1_000_000)))
    asked = rule(((0,),), questions=(TextCall("len", (grown,)),))
    with pytest.raises(AnswerError, match="grow"):
        asked.accepts("a" * 1000)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TextCall("__class__", (TheText(),)), "cannot be asked for '__class__'"),
        (lambda: TextCall("format", (TheText(),)), "cannot be asked"),
        (lambda: pattern("search", "("), "is no pattern"),
        (lambda: TextCall("search", (TheText(), LOWER)), "constant pattern"),
        (lambda: rule(((1,),), questions=(TheText(),)), "asks for another"),
    ],
)
def test_a_malformed_rule_is_refused(make, message):
    with pytest.raises(RecordError, match=message):
        make()


def test_beyond_the_list_a_rule_of_its_own_decides():
    asked = rule(((0,),), questions=(contains("dog"),))
    test = LabelTest("description", LabelSet.of("Dog", "Hot dog"), ("lower",), beyond=asked)
    assert test.holds("Dog")
    assert test.holds("Dogs of the Alps")
    assert not test.holds("Cat")
    assert test == LabelTest("description", LabelSet.of("Dog", "Hot dog"), ("lower",))
    texts = ["Cat", "Dogs of the Alps", "Dog", "Hot dog", "", "DOGMA"]
    assert test.holds_each(texts) == [test.holds(one) for one in texts]
    assert test.found_beyond(texts) == ["Dogs of the Alps", "DOGMA"]
    other = LabelTest(
        "description",
        LabelSet.of("Dog").inverse(),
        beyond=rule(((), (0,)), questions=asked.questions),
    )
    assert other.holds_each(texts) == [True, False, False, False, True, False]
    assert other.found_beyond(texts) == ["Dogs of the Alps", "Hot dog", "DOGMA"]


def test_a_rule_that_has_answered_can_be_sent_to_another_process():
    assert TOTAL_NOT_VOID.accepts("total")
    sent = pickle.loads(pickle.dumps(TOTAL_NOT_VOID))
    assert sent == TOTAL_NOT_VOID
    assert sent.accepts_each(["total", "void total", ""]) == [True, False, False]


def test_a_rule_forgets_when_it_has_seen_many_texts(monkeypatch):
    monkeypatch.setattr("chameleonapi.decision.text_rules._REMEMBERED", 2)
    asked = rule(((0,),), questions=(contains("a"),))
    assert [asked.accepts(one) for one in "abcab"] == [True, False, False, True, False]
