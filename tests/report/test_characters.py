import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.report.characters import (
    approximate_width,
    ascii_only,
    display_width,
    shorten,
    shorten_middle,
    shorten_width,
    visible,
    wrap_width,
)

ANY = st.text(st.characters(), max_size=80)


def test_what_would_act_is_shown():
    assert visible("a\x1b[31mb\u202ec\ud800\n") == "a\\x1b[31mb\\u202ec\\ud800\\x0a"
    assert visible("a\nb", keep="\n") == "a\nb"
    assert (
        visible("\N{MAN}\u200d\N{PERSONAL COMPUTER} é 水")
        == "\N{MAN}\u200d\N{PERSONAL COMPUTER} é 水"
    )


@given(ANY)
def test_nothing_invisible_is_left(text):
    shown = visible(text)
    shown.encode("utf-8")
    left = {unicodedata.category(one) for one in shown if one not in "\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert ascii_only(shown).isascii()


@given(ANY, st.integers(1, 60))
def test_shortened_text_fits_and_short_text_stays(text, limit):
    assert len(shorten(text, limit)) <= limit
    assert shorten(text, len(text)) == text


@given(ANY.map(visible), st.integers(30, 300), st.integers(1, 4))
def test_wrapped_lines_fit_and_lose_nothing_but_the_end(text, width, most):
    lines = wrap_width(text, 10, width, most)
    assert len(lines) <= most
    assert all(approximate_width(one, 10) <= width for one in lines if len(one) > 2)
    joined = "".join("".join(lines).split())
    whole = "".join(text.split())
    assert joined == whole or whole.startswith(joined.removesuffix("…"))


def test_a_long_text_is_wrapped_in_no_time():
    assert wrap_width("x" * 2_000_000, 12, 200, 2)[1].endswith("…")


@given(ANY, st.integers(4, 40))
def test_a_text_is_cut_to_columns(text, width):
    cut = shorten_width(text, width)
    assert display_width(cut) <= width
    assert (cut == text) is (display_width(text) <= width)


def test_columns():
    assert display_width("dog") == 3
    assert display_width("犬") == 2
    assert display_width("e\u0301") == 1


def test_a_statement_keeps_its_end():
    text = "storage.write('a long name', colour='red')"
    assert shorten_middle(text, 100) == text
    assert shorten_middle(text, 24) == "storage.write('a…='red')"
    assert all(len(shorten_middle(text, limit)) <= max(limit, 1) for limit in range(1, 60))
