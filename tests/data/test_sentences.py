"""Sentences and where they begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.data.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n ", []),
        ("One", ["One"]),
        ("One. Two!  Three?", ["One.", "Two!", "Three?"]),
        (
            "Dr. Ann met J. Smith at 3 p.m. today. Fine.",
            ["Dr. Ann met J. Smith at 3 p.m. today.", "Fine."],
        ),
        ("It costs 3.50 euros.", ["It costs 3.50 euros."]),
        ('He said "no." Then left.', ['He said "no."', "Then left."]),
        ("A title\n\nand a text", ["A title", "and a text"]),
        ("Wait... what?! Yes", ["Wait... what?!", "Yes"]),
        ("So am I. You?", ["So am I.", "You?"]),
        ("三。 四。五", ["三。", "四。五"]),
        ("Apples, pears, etc. Also plums.", ["Apples, pears, etc. Also plums."]),
    ],
)
def test_sentences(text, expected):
    assert [one.text for one in split_sentences(text)] == expected


@given(st.text(alphabet=st.sampled_from("aB .!?\n\"'🙂é"), max_size=60))
def test_nothing_is_lost_and_places_are_right(text):
    found = split_sentences(text)
    end = 0
    for one in found:
        assert text[one.begin : one.begin + len(one.text)] == one.text
        assert not text[end : one.begin].strip()
        end = one.begin + len(one.text)
    assert not text[end:].strip()


def test_many_marks_take_no_long_time():
    assert len(split_sentences("." * 100_000)) == 1
    assert len(split_sentences("Yes. " * 20_000)) == 20_000
