"""Natural Language's first client, which is gone from the registry and not from applications."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

SENTIMENT = "google.language.analyze_sentiment"
ENTITIES = "google.language.analyze_entities"
APPLICATIONS = {
    "the sentiment itself": (
        "if document.analyze_sentiment().score < -0.2: return 'sorry'",
        SENTIMENT,
        {"documentSentiment": {"score": -0.9, "magnitude": 1.0}},
        Kind.VALUE_RANGES,
    ),
    "a message with the sentiment": (
        "if document.analyze_sentiment().sentiment.score < -0.2: return 'sorry'",
        SENTIMENT,
        {"documentSentiment": {"score": -0.9, "magnitude": 1.0}},
        Kind.VALUE_RANGES,
    ),
    "a list of entities": (
        (
            "for one in document.analyze_entities():\n"
            "    if one.entity_type == 'PERSON': return 'somebody'"
        ),
        ENTITIES,
        {"entities": [{"name": "Ada", "type": "PERSON", "salience": 0.5}]},
        Kind.TRUE_FALSE,
    ),
    "a message with entities": (
        (
            "found = document.analyze_entities()\n"
            "if len(found.entities) > 1 and found.entities[0].name == 'Ada': return 'somebody'"
        ),
        ENTITIES,
        {"entities": [{"name": "Ada"}, {"name": "Charles"}]},
        None,
    ),
    "whether there are entities": (
        "if not document.analyze_entities(): return 'nobody'",
        ENTITIES,
        {"entities": []},
        Kind.TRUE_FALSE,
    ),
}
TYPICAL = {
    SENTIMENT: {"documentSentiment": {"score": 0.9, "magnitude": 1.0}},
    ENTITIES: {"entities": [{"name": "Rome", "type": "LOCATION", "salience": 0.5}]},
}


@pytest.mark.parametrize("what", APPLICATIONS)
def test_a_document_asks_the_api_itself(tmp_path, what):
    body, api, answer, kind = APPLICATIONS[what]
    source = (
        "from google.cloud import language\n"
        "def look(text):\n"
        "    document = language.Client().document_from_text(text)\n"
        f"{textwrap.indent(body, '    ')}\n"
        "    return 'fine'\n"
        "print(look(input()))\n"
    )
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert process.api == api
    assert process.status in {Status.COMPLETE, Status.PARTIAL}
    assert process.decide(answer).id != process.decide(TYPICAL[api]).id
    if kind is not None:
        assert process.kind is kind
