"""How long a search may take is known before it is made."""

import re

import pytest

from chameleonapi.decision.patterns import is_quick


@pytest.mark.parametrize(
    "pattern",
    [
        "a?" * 40 + "a" * 40,
        "(?:a?){40}" + "a" * 40,
        "(a|a)" * 40 + "z",
        "(?:aa|a)" * 40 + "z",
        "(a+)+b",
    ],
)
def test_what_may_take_for_ever_is_told(pattern):
    assert not is_quick(re.compile(pattern), "a" * 40)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(?:cat|dog|horse|cow|sheep|pig|goat)\b",
        r"(one|two|three|four|five|six) (one|two|three|four|five|six) (one|two|three|four|five|six)",
        r"^\+?\d{0,3}[ -]?\(?\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}$",
        r"(?:https?://)?(?:www\.)?example\.(?:com|org)(?::\d+)?/?",
        r"\d{4}[A-Z]{3}|[A-Z]{2}\d{2}[A-Z]{3}",
        r"\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})",
    ],
)
def test_patterns_of_applications_are_quick(pattern):
    assert is_quick(re.compile(pattern), "a text as long as a line of a receipt, 12.50 EUR")


def test_a_short_text_holds_few_ways():
    assert is_quick(re.compile("a?" * 40), "aaaa")
