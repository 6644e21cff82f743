"""Sentiment towards names: from two predictors to the official client."""

from __future__ import annotations

import pytest

from chameleonapi.apis import ApiAnswer, Mention, Mentions, Request, RoutedPredictor
from chameleonapi.errors import LanguageError
from chameleonapi.pipeline.entity_sentiment import EntitySentimentPredictor
from chameleonapi.serving import start_server
from serving.test_server_language import connect

API = "google.language.analyze_entity_sentiment"
TEXT = "Ann loves Rome. But Bob hates Rome! Später kam Zoë."
MOODS = {"Ann": 0.75, "But": -0.5, "Später": 0.25}


class Named:
    """Finds capitalised names of three letters or more that are no first word of ours."""

    applications = ("press",)

    def __init__(self):
        self.asked = []

    def serves(self, application, api):
        return api == "google.language.analyze_entities" and application in {"", "press"}

    def predict(self, requests):
        self.asked += [(one.api, one.application) for one in requests]
        return [self._one(one) for one in requests]

    def _one(self, request):
        if request.language == "fr":
            return LanguageError("no French here.")
        text = request.content.decode()
        found = []
        for name in ("Ann", "Rome", "Bob", "Zoë"):
            start = -1
            while (start := text.find(name, start + 1)) >= 0:
                found.append(Mention.at(name, start, len(text)))
        found.sort(key=lambda one: one.begin)
        logits = [[1.0, -1.0] if one.text != "Rome" else [-1.0, 1.0] for one in found]
        return Mentions(("PERSON", "LOCATION"), found, logits)


class Felt:
    """Sentences have the mood of their first word."""

    applications = ("mood",)

    def __init__(self, *, has_generic=True):
        self.has_generic = has_generic
        self.asked = []

    def serves(self, application, api):
        known = application == "mood" or (not application and self.has_generic)
        return api == "google.language.analyze_sentiment" and known

    def predict(self, requests):
        self.asked += [(one.api, one.application) for one in requests]
        answers = []
        for one in requests:
            text = one.content.decode()
            rows = [
                {
                    "text": {"content": word, "beginOffset": text.index(word)},
                    "sentiment": {"score": mood, "magnitude": abs(mood)},
                }
                for word, mood in MOODS.items()
                if word in text
            ]
            whole = {"score": 0.1, "magnitude": 1.5}
            answers.append(ApiAnswer({"documentSentiment": whole, "sentences": rows}))
        return answers


def test_an_entity_feels_as_its_sentences_do():
    (found,) = EntitySentimentPredictor(Named(), Felt()).predict([Request("", TEXT.encode(), API)])
    rows = {one["name"]: one for one in found.answer["entities"]}
    assert rows["Ann"]["sentiment"] == {"score": 0.75, "magnitude": 0.75}
    assert rows["Bob"]["sentiment"] == {"score": -0.5, "magnitude": 0.5}
    assert rows["Rome"]["sentiment"] == {"score": 0.125, "magnitude": 1.25}
    assert [one["sentiment"]["score"] for one in rows["Rome"]["mentions"]] == [0.75, -0.5]
    assert rows["Rome"]["type"] == "LOCATION"


def test_each_application_gets_its_own_model_and_the_generic_other():
    named, felt = Named(), Felt()
    both = EntitySentimentPredictor(named, felt)
    assert both.applications == ("press", "mood")
    assert [both.serves(one, API) for one in ("", "press", "mood", "other")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not both.serves("", "google.language.analyze_entities")
    both.predict([Request("press", b"Ann", API), Request("mood", b"Ann", API)])
    assert [application for _, application in named.asked] == ["press", ""]
    assert [application for _, application in felt.asked] == ["", "mood"]
    alone = EntitySentimentPredictor(named, Felt(has_generic=False))
    assert not any(alone.serves(one, API) for one in ("", "press"))


def test_an_item_that_fails_fails_alone():
    found = EntitySentimentPredictor(Named(), Felt()).predict(
        [Request("", b"Ann", API, "fr"), Request("", b"", API), Request("", b"Ann", API)]
    )
    assert isinstance(found[0], LanguageError)
    assert found[1].answer["entities"] == []
    assert found[2].answer["entities"][0]["sentiment"]["score"] == 0.75


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_the_official_client(transport):
    from google.cloud import language_v1 as language

    predictor = RoutedPredictor([EntitySentimentPredictor(Named(), Felt())])
    with start_server(predictor) as server, connect(language, transport, server) as client:
        found = client.analyze_entity_sentiment(
            document={"content": TEXT, "type_": language.Document.Type.PLAIN_TEXT},
            encoding_type=language.EncodingType.UTF8,
        )
    rows = {one.name: one for one in found.entities}
    assert rows["Rome"].sentiment.score == pytest.approx(0.125)
    assert rows["Rome"].sentiment.magnitude == pytest.approx(1.25)
    assert rows["Zoë"].mentions[0].sentiment.score == pytest.approx(0.25)
    assert rows["Zoë"].mentions[0].text.begin_offset == TEXT.encode().index("Zoë".encode())
    assert rows["Zoë"].type_ == language.Entity.Type.PERSON
