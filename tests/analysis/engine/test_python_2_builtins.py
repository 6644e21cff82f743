"""A source that Python 3 parses may still be one of Python 2: its built-in names are known."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
import sys
from google.cloud import language
client = language.LanguageServiceClient()
mood = client.analyze_sentiment(document={"content": "x"}).document_sentiment
"""
SOURCES = {
    "reload": """
    reload(sys)
    sys.setdefaultencoding("utf8")
    print("calm" if mood.score > 0.25 else "upset")
    """,
    "reduce": """
    print("calm" if reduce(lambda a, b: a + b, [mood.score, 0.5]) > 0.75 else "upset")
    """,
    "cmp": """
    print("calm" if cmp(mood.score, 0.25) > 0 else "upset")
    """,
    "sorted by cmp": """
    first = sorted(["upset", "calm"], cmp=lambda a, b: cmp(len(a), len(b)))[0]
    print(first if mood.score > 0.25 else "upset")
    """,
    "file": """
    file("mood.txt", "w").write("calm" if mood.score > 0.25 else "upset")
    """,
}


@pytest.mark.parametrize("name", SOURCES)
def test_names_of_python_2_mean_what_they_meant(name, tmp_path):
    source = HEAD + textwrap.dedent(SOURCES[name])
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    (process,) = report.processes
    assert process.status is Status.COMPLETE

    def outcome(score):
        return process.decide({"documentSentiment": {"score": score, "magnitude": 1.0}}).id

    assert outcome(0.5) == outcome(0.3) != outcome(0.1) == outcome(-0.5)
