"""An empty answer that differs only in what is shown of it has no outcome of its own."""

from chameleonapi.analysis.exploration.same_but_empty import are_one_to_one, twin_of
from chameleonapi.decision import Span

HERE, THERE = Span("app.py", 4), Span("app.py", 9)


def effect(text, kind="return", span=HERE):
    return (0, kind, span, text, "")


def outcome(*effects):
    return frozenset(effects)


def test_what_is_printed_of_each_element_is_left_out():
    calm = outcome(effect("print <answer>", "print", THERE), effect("'calm'"))
    angry = outcome(effect("print <answer>", "print", THERE), effect("'angry'"))
    assert twin_of(outcome(effect("'calm'")), {calm, angry}) == calm


def test_a_list_of_records_is_empty_where_there_is_nothing_to_list():
    rows = effect("{'rows': [{'text': <answer>, 'score': <answer>}], 'mood': 'good'}")
    empty = effect("{'rows': [<answer>], 'mood': 'good'}")
    other = effect("{'rows': [{'text': <answer>, 'score': <answer>}], 'mood': 'bad'}")
    assert twin_of(outcome(empty), {outcome(rows), outcome(other)}) == outcome(rows)


def test_other_words_and_other_actions_are_another_outcome():
    full = outcome(effect("print 'found <answer>'", "print"))
    assert twin_of(outcome(effect("print 'nothing'", "print")), {full}) is None
    acted = outcome(effect("print <answer>", "print"), effect("alarm()", "call", THERE))
    assert twin_of(outcome(), {acted}) is None


def test_what_two_outcomes_could_be_is_left_alone():
    one = outcome(effect("<answer>"), effect("print <answer>", "print"))
    two = outcome(effect("<answer>"), effect("print 'b' <answer>", "print"))
    assert twin_of(outcome(effect("<answer>")), {one, two}) is None


def test_two_views_may_call_the_same_outcome_differently():
    shown = outcome(effect("print <answer>", "print"), effect("'a'", span=THERE))
    bare = outcome(effect("'a'", span=THERE))
    other = outcome(effect("'b'", span=THERE))
    assert are_one_to_one([("a", shown), ("a", bare), ("b", other)])
    assert not are_one_to_one([("a", shown), ("b", shown)])
    assert not are_one_to_one([("a", shown), ("a", other), ("b", bare)])


def test_a_text_in_a_record_is_empty_where_there_is_nothing_to_say():
    full = outcome(effect("send(json {'m': [{'text': '<answer>    '}]})", "call"))
    empty = outcome(effect("send(json {'m': [{'text': ''}]})", "call"))
    said = outcome(effect("send(json {'m': [{'text': 'nothing'}]})", "call"))
    assert twin_of(empty, {full}) == next(iter({full}))
    assert twin_of(said, {full}) is None
