import pytest

from chameleonapi.apis import (
    Mention,
    Mentions,
    entities_of,
    entity_answer,
    get_api,
    prediction_answer,
)
from chameleonapi.errors import AnswerError

GOOGLE = get_api("google.language.analyze_entities")
AWS = get_api("aws.comprehend.detect_entities")
TYPES = ("PERSON", "LOCATION")


def found(*rows):
    """Mentions of a text of 100 characters: (words, begin, logits)."""
    return Mentions(
        TYPES, [Mention.at(words, begin, 100) for words, begin, _ in rows], [r[2] for r in rows]
    )


def test_google_puts_mentions_of_a_name_together_most_salient_first():
    text = found(("Ann", 0, (4, -4)), ("Rome", 10, (-4, 4)), ("ROME", 40, (-4, 2)))
    answer = entity_answer(GOOGLE, text)
    names = [(one["name"], one["type"]) for one in answer["entities"]]
    assert names == [("Rome", "LOCATION"), ("Ann", "PERSON")]
    rome = answer["entities"][0]
    assert [one["text"]["beginOffset"] for one in rome["mentions"]] == [10, 40]
    assert {one["type"] for one in rome["mentions"]} == {"PROPER"}
    # weights fade from one to a half: 0.95 + 0.8 of 2.75
    assert rome["salience"] == pytest.approx(1.75 / 2.75)
    assert sum(one["salience"] for one in answer["entities"]) == pytest.approx(1.0)
    assert answer["language"] == "en"


def test_amazon_gives_every_mention_in_the_order_of_the_text():
    text = found(("Ann", 0, (2, -4)), ("Rome", 10, (-4, 4)), ("ROME", 40, (-4, 2)))
    answer = entity_answer(AWS, text)
    assert [(one["Text"], one["BeginOffset"], one["EndOffset"]) for one in answer["Entities"]] == [
        ("Ann", 0, 3),
        ("Rome", 10, 14),
        ("ROME", 40, 44),
    ]
    assert answer["Entities"][0]["Type"] == "PERSON"
    assert answer["Entities"][0]["Score"] == pytest.approx(0.880797, abs=1e-6)


def test_what_is_of_no_type_is_left_out():
    text = found(("Monday", 0, (-0.1, -2)), ("Rome", 10, (-4, 0.0)))
    for spec in (GOOGLE, AWS):
        assert len(prediction_answer(spec, text)[spec.main.path]) == 1


def test_a_text_that_names_nothing():
    assert entity_answer(GOOGLE, found())["entities"] == []
    assert entity_answer(AWS, found()) == {"Entities": []}


def test_a_mention_counts_less_the_less_sure_it_is():
    mentions = [Mention.at("Ann", 0, 10, sureness=0.2), Mention.at("Bo", 4, 10)]
    first, second = entities_of(GOOGLE, mentions)
    assert first.members == (1,)
    assert second.salience == pytest.approx(0.2 / (0.2 + 0.8))


def test_other_apis_are_refused():
    with pytest.raises(AnswerError, match="does not answer with entities"):
        entity_answer(get_api("google.language.classify_text"), found())
