"""Plain YAML is read as PyYAML reads it; the rest is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.analysis.engine.library.yaml_files import NotPlainError, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: 1\nb: 'x y'\n", {"a": 1, "b": "x y"}),
        ("watch:\n  - Person\n  - Dog # mine\n", {"watch": ["Person", "Dog"]}),
        ("watch:\n- Person\n- Hot dog\nmin: .5", {"watch": ["Person", "Hot dog"], "min": 0.5}),
        (
            "- a: 1\n  b: [x, 'y, z', 3]\n- c:\n    d: no\n",
            [{"a": 1, "b": ["x", "y, z", 3]}, {"c": {"d": False}}],
        ),
        ("a: {b: [1, {c: 2}], d: ~}", {"a": {"b": [1, {"c": 2}], "d": None}}),
        ("---\nurl: http://x/y#z\n", {"url": "http://x/y#z"}),
        ("a:\nb: 2", {"a": None, "b": 2}),
    ],
)
def test_plain_texts(text, value):
    assert parse_yaml(text) == value


@pytest.mark.parametrize(
    "text",
    ["a: &x 1\nb: *x", "a: |\n  text", "a: !tag 1", "a: 'it''s'", "a: [1", "a: 1\n  b: 2\n c: 3"],
)
def test_the_rest_is_refused(text):
    with pytest.raises(NotPlainError):
        parse_yaml(text)


@given(st.text(alphabet="ab:-[]{},'\"# \n&1", max_size=60))
def test_any_text_ends(text):
    with contextlib.suppress(NotPlainError):
        parse_yaml(text)
