"""What a program does has the name that the record has for it, where the two are one."""

from chameleonapi.analysis.replay import without_rules
from chameleonapi.losses.outcome_names import outcome_ids, shown_name
from evaluation.worlds import process

RECORD = process({"lime": ["Lime"], "sky": ["Sky"]})
DEFAULT = RECORD.default


def answer(*names):
    return {"labelAnnotations": [{"description": one, "score": 0.9} for one in names]}


def ids(asked):
    made, shared = outcome_ids(RECORD, {name for _, name in asked}, asked)
    assert shared <= {*made.values()} & {one.id for one in RECORD.outcomes}
    return made


def test_what_is_one_to_one_has_the_name_of_the_record():
    asked = [
        (answer("Lime"), "print ['left'] [0123abcd]"),
        (answer("Sky"), "print ['right'] [0123abce]"),
        (answer(), "nothing"),
        (answer("Brick"), "nothing"),
    ]
    assert ids(asked) == {
        "print ['left'] [0123abcd]": "lime",
        "print ['right'] [0123abce]": "sky",
        "nothing": DEFAULT,
    }


def test_what_the_two_do_not_agree_on_has_a_name_of_its_own():
    asked = [
        (answer("Lime"), "lime"),
        (answer("Sky"), "print ['sky']"),
        (answer(), "rest"),
        (answer("Brick"), "lime"),
    ]
    # The record says of Brick what it says of nothing, and the program what it does on Lime.
    assert ids(asked) == {"print ['sky']": "sky", "lime": "lime-2", "rest": "rest"}


def test_what_is_done_on_other_answers_only_counts_against_it():
    asked = [(answer("Lime"), "left"), (answer("Lime", "Lime"), "never seen on examples")]
    assert outcome_ids(RECORD, {"left"}, asked) == ({"left": "left"}, frozenset())


def test_a_record_that_says_nothing_gives_no_names():
    asked = [(answer("Lime"), "a"), (answer("Brick"), "b")]
    told = outcome_ids(without_rules(RECORD), {"a", "b"}, asked)
    assert told == ({"a": "a", "b": "b"}, frozenset())


def test_the_digest_is_not_shown():
    assert shown_name("print ['left'] [0123abcd]") == "print ['left']"
