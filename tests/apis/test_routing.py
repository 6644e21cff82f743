"""Several predictors as one."""

import pytest

from chameleonapi.apis import (
    ApiAnswer,
    LabelPredictor,
    LabelScores,
    RoutedPredictor,
    as_api_predictor,
)
from chameleonapi.apis.predictor import ApiPredictor, Predictor, Request
from chameleonapi.errors import InputError, ModelError

LABELS = "google.vision.label_detection"
SENTIMENT = "google.language.analyze_sentiment"


class Labels:
    """Knows labels for its applications, and for everybody."""

    def __init__(self, *applications):
        self.applications = applications
        self.batches = []

    def predict(self, requests):
        self.batches.append([one.content for one in requests])
        return [LabelScores((one.application or "generic",), [0.9]) for one in requests]


class Book:
    """Answers one API for everybody."""

    applications = ("reader",)

    def __init__(self, api, name="book"):
        self.api = api
        self.name = name

    def serves(self, application, api):
        return api == self.api

    def predict(self, requests):
        return [
            InputError("bad") if one.content == b"bad" else ApiAnswer({"by": self.name})
            for one in requests
        ]


def told(found):
    if isinstance(found, LabelScores):
        return found.labels[0]
    return found.answer["by"] if isinstance(found, ApiAnswer) else type(found)


def ask(predictor, *requests):
    return [told(one) for one in predictor.predict([Request(*one) for one in requests])]


def test_a_mixed_batch_is_answered_in_its_order_and_each_part_is_asked_once():
    labels = Labels("one")
    both = RoutedPredictor([labels, Book(SENTIMENT)])
    assert ask(
        both,
        ("one", b"a", LABELS),
        ("", b"b", SENTIMENT),
        ("", b"c", LABELS),
        ("", b"bad", SENTIMENT),
        ("", b"d", ""),
    ) == ["one", "book", "generic", InputError, "generic"]
    assert labels.batches == [[b"a", b"c", b"d"]]
    assert both.applications == ("one", "reader")


def test_the_first_that_serves_an_api_answers_it():
    first, second = Book(LABELS, "first"), Book(LABELS, "second")
    assert ask(RoutedPredictor([first, second]), ("", b"a", LABELS)) == ["first"]
    assert ask(RoutedPredictor([second, first]), ("", b"a", LABELS)) == ["second"]


def test_customised_models_before_a_recording_before_the_generic_model():
    labels = Labels("one")
    served = RoutedPredictor([LabelPredictor(labels, has_generic=False), Book(LABELS), labels])
    asked = [("one", b"a", LABELS), ("", b"a", LABELS)]
    assert ask(served, *asked) == ["one", "book"]
    without = RoutedPredictor([LabelPredictor(labels, has_generic=False), labels])
    assert ask(without, *asked) == ["one", "generic"]


def test_what_nobody_serves():
    both = RoutedPredictor([Labels("one"), Book(SENTIMENT)])
    assert both.serves("one", LABELS)
    assert both.serves("", "aws.rekognition.detect_labels")
    assert both.serves("anybody", SENTIMENT)
    assert not both.serves("nobody", LABELS)
    assert not both.serves("", "google.vision.face_detection")
    with pytest.raises(ModelError, match="face_detection"):
        ask(both, ("", b"a", LABELS), ("", b"a", "google.vision.face_detection"))
    assert not RoutedPredictor([]).serves("", LABELS)


def test_a_predictor_says_what_it_is():
    labels, book = Labels(), Book(SENTIMENT)
    assert isinstance(labels, Predictor)
    assert not isinstance(labels, ApiPredictor)
    assert isinstance(as_api_predictor(labels), LabelPredictor)
    assert as_api_predictor(book) is book
    assert isinstance(RoutedPredictor([]), ApiPredictor)
