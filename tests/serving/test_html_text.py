import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.serving.wire.html_text import visible_text


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("plain", ["plain"]),
        ("<p class='a>b'>x</p>", ["b'>x"]),  # as browsers do not: a quoted ">" ends the tag here
        ("a<br/>b", ["a", "b"]),
        ("<!-- no <b> --> yes", ["yes"]),
        ("<!DOCTYPE html><title>T</title>", ["T"]),
        ("<style>p{}</style >x<STYLE>y</STYLE>", ["x"]),
        ("<script>never ends", []),
        ("1 < 2 and 3 <4", ["1", "<", "2", "and", "3", "<4"]),
        ("&lt;b&gt; &#65;&#x42; &nosuch; &", ["<", "b>", "A", "B", "&nosuch;", "&"]),
    ],
)
def test_what_a_reader_sees(document, words):
    text = visible_text(document)
    assert text.split() == words
    assert len(text) == len(document)


@given(st.text(st.sampled_from("<>!-/ab &;#x1\n"), max_size=60))
def test_every_text_keeps_its_length_and_its_lines(document):
    text = visible_text(document)
    assert len(text) == len(document)
    assert text.count("\n") >= document.count("\n") - document.count("&")


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a", "</", "&", "&#", "<script>", "<style", "<a <"]
)
def test_no_text_takes_more_than_its_length(piece):
    """What grows with the square of it takes hours, and ends with the time for a test."""
    document = piece * (4_000_000 // len(piece))
    assert len(visible_text(document)) == len(document)
