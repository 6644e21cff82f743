"""A number that is counted over all inputs is about all of them, however it tells one apart."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def score(text):
    return client.analyze_sentiment(request={"document": {"content": text}}).document_sentiment.score
"""


def gaps_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=100)).processes
    assert (process.status is Status.COMPLETE) == (not process.gaps)
    return [one.code for one in process.gaps]


def test_a_share_of_the_inputs_is_said_to_depend_on_the_others(tmp_path):
    body = """
        good, number = 0, 0
        for line in open("texts.txt"):
            number += 1
            if score(line) >= 0.25:
                good += 1
        print("good: ", 100 * good / number)
        """
    assert gaps_of(tmp_path, body) == ["several-inputs"]


@pytest.mark.parametrize(
    "body",
    [
        """
        for number, line in enumerate(open("texts.txt")):
            print(number, "good" if score(line) >= 0.25 else "bad")
        """,
        """
        found = []
        for line in open("texts.txt"):
            found.append("good" if score(line) >= 0.25 else "bad")
        print(found)
        """,
    ],
)
def test_what_is_said_of_each_input_does_not(tmp_path, body):
    assert gaps_of(tmp_path, body) == []
