"""A small predictor that looks at colours, and servers that use it."""

import io
import threading

import pytest
from PIL import Image

from chameleonapi.apis import ApiAnswer, LabelScores, RoutedPredictor
from chameleonapi.errors import InputError, LanguageError, UnknownNameError
from chameleonapi.serving import ServerConfig, start_server
from local_provider import ANSWERS, Provider
from serving.passing_on import settings_for

GENERIC = ("Red", "Green", "Blue")
OF_APPLICATION = {"warm": ("Fire", "Grass", "Ice"), "cold": ("Ember", "Leaf", "Water")}


class ColourPredictor:
    """The mean red, green and blue of a picture are the scores of three labels."""

    def __init__(self, names=None, *, suffix=""):
        self._names = {"": GENERIC, **OF_APPLICATION} if names is None else names
        self._names = {
            one: tuple(label + suffix for label in labels) for one, labels in self._names.items()
        }
        self.batches = []
        self.go = threading.Event()
        self.go.set()
        self.entered = threading.Event()

    @property
    def applications(self):
        return tuple(name for name in self._names if name)

    def predict(self, requests):
        self.entered.set()
        assert self.go.wait(30)
        self.batches.append([one.application for one in requests])
        return [self._one(one) for one in requests]

    def _one(self, request):
        if request.application not in self._names:
            raise UnknownNameError("application", request.application, self.applications)
        try:
            with Image.open(io.BytesIO(request.content)) as image:
                colour = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
        except OSError:
            return InputError("the picture cannot be read.")
        return LabelScores(self._names[request.application], [one / 255 for one in colour])


ENTITY = {"type": "PERSON", "salience": 0.7, "metadata": {"mid": "/m/1"}}


def words_of(text):
    """Return the words in capitals, with where they begin."""
    import re

    return [(one[0], one.start()) for one in re.finditer(r"\b[A-Z]\w*", text)]


def entities_in(text, **more):
    return [
        {
            "name": word,
            **ENTITY,
            "mentions": [{"text": {"content": word, "beginOffset": place}, "type": "PROPER"}],
            **more,
        }
        for word, place in words_of(text)
    ]


def sentences_in(text):
    place, found = 0, []
    for part in text.split("."):
        content = part.strip()
        if content:
            begin = place + part.index(content)
            found.append(
                {
                    "text": {"content": content, "beginOffset": begin},
                    "sentiment": {"score": 0.5, "magnitude": 0.5},
                }
            )
        place += len(part) + 1
    return {
        "documentSentiment": {"score": 0.25, "magnitude": 1.5},
        "language": "en",
        "sentences": found,
    }


BOX = {"Left": 0.1, "Top": 0.1, "Width": 0.2, "Height": 0.2}


def found_text(content, kind, number, left, confidence=99.0, **more):
    box = {"Left": left, "Top": 0.1, "Width": 0.2, "Height": 0.1}
    return {
        "DetectedText": content,
        "Type": kind,
        "Id": number,
        "Confidence": confidence,
        "Geometry": {"BoundingBox": box},
        **more,
    }


# What the book says about any input, by API; a function is asked about the text.
BOOK = {
    "google.language.analyze_sentiment": sentences_in,
    "google.language.analyze_entities": lambda text: {
        "entities": entities_in(text),
        "language": "en",
    },
    "google.language.analyze_entity_sentiment": lambda text: {
        "entities": entities_in(text, sentiment={"score": -0.5, "magnitude": 0.5}),
        "language": "en",
    },
    "google.language.classify_text": lambda _: {
        "categories": [{"name": "/Arts", "confidence": 0.75}]
    },
    "google.language.moderate_text": lambda _: {
        "moderationCategories": [{"name": "Toxic", "confidence": 0.25}]
    },
    "google.vision.face_detection": lambda _: {
        "faceAnnotations": [{"joyLikelihood": "VERY_LIKELY", "detectionConfidence": 0.9}] * 3
    },
    "google.vision.object_localization": lambda _: {
        "localizedObjectAnnotations": [
            {
                "name": "Dog",
                "score": 0.9,
                "boundingPoly": {"normalizedVertices": [{"x": 0.25, "y": 0.5}]},
            }
        ]
    },
    "google.vision.safe_search_detection": lambda _: {
        "safeSearchAnnotation": {"adult": "VERY_UNLIKELY", "racy": "POSSIBLE"}
    },
    "google.vision.text_detection": lambda _: {
        "textAnnotations": [{"description": "STOP"}],
        "fullTextAnnotation": {"text": "STOP"},
    },
    "aws.rekognition.detect_moderation_labels": lambda _: {
        "ModerationLabels": [
            {"Name": "Violence", "Confidence": 95.0, "ParentName": "", "TaxonomyLevel": 1},
            {"Name": "Smoking", "Confidence": 60.0, "ParentName": "Tobacco", "TaxonomyLevel": 2},
        ]
    },
    "aws.rekognition.detect_faces": lambda _: {
        "FaceDetails": [
            {
                "BoundingBox": BOX,
                "Confidence": 99.0,
                "Smile": {"Value": True, "Confidence": 90.0},
                "AgeRange": {"Low": 20, "High": 30},
            }
        ]
    },
    "aws.rekognition.detect_text": lambda _: {
        "TextDetections": [
            found_text("STOP NOW", "LINE", 0, 0.1),
            found_text("faint", "LINE", 1, 0.7),
            found_text("STOP", "WORD", 2, 0.1, ParentId=0),
            found_text("NOW", "WORD", 3, 0.4, 40.0, ParentId=0),
            found_text("faint", "WORD", 4, 0.7, 30.0, ParentId=1),
        ]
    },
    "aws.comprehend.detect_sentiment": lambda _: {
        "Sentiment": "POSITIVE",
        "SentimentScore": {"Positive": 0.9, "Negative": 0.05, "Neutral": 0.05, "Mixed": 0.0},
    },
    "aws.comprehend.detect_entities": lambda text: {
        "Entities": [
            {
                "Text": word,
                "Type": "PERSON",
                "Score": 0.9,
                "BeginOffset": place,
                "EndOffset": place + len(word),
            }
            for word, place in words_of(text)
        ]
    },
    "aws.comprehend.detect_key_phrases": lambda text: {
        "KeyPhrases": [{"Text": text[:5], "Score": 0.9, "BeginOffset": 0, "EndOffset": 5}]
    },
    "aws.comprehend.detect_dominant_language": lambda _: LabelScores(("en", "fr"), [0.9, 0.1]),
    "aws.comprehend.classify_document": lambda _: {"Classes": [{"Name": "SPAM", "Score": 0.75}]},
}


class BookPredictor:
    """Answers every API but labels out of a book; knows no Klingon and no text that is bad."""

    applications = ("warm", "cold")

    def __init__(self):
        self.asked = []

    def serves(self, application, api):
        return api in BOOK

    def predict(self, requests):
        self.asked += requests
        return [self._one(one) for one in requests]

    def _one(self, request):
        if request.language in {"tlh", "zh-TW"}:
            return LanguageError(f"the language {request.language} is not known.")
        if request.content.startswith(b"bad"):
            return InputError("the text is bad.")
        found = BOOK[request.api](request.content.decode("utf-8", "replace"))
        return found if isinstance(found, LabelScores) else ApiAnswer(found)


def paint(red, green, blue):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), (red, green, blue)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="session")
def picture():
    return paint


@pytest.fixture(scope="session")
def make_predictor():
    return ColourPredictor


@pytest.fixture(scope="session")
def server():
    """One server for all tests that only ask it something."""
    config = ServerConfig(
        credentials={"key-of-warm": "warm", "AKIACOLD": "cold"},
        parents={"Red": ("Colour", "Light")},
    )
    with start_server(ColourPredictor(), config) as running:
        yield running


@pytest.fixture(scope="session")
def book():
    """What the server of all APIs answers with, and what it was asked."""
    return BookPredictor()


@pytest.fixture(scope="session")
def whole_server(book):
    """A server that answers all APIs."""
    with start_server(RoutedPredictor([ColourPredictor(), book])) as running:
        yield running


@pytest.fixture
def no_cloud(monkeypatch, tmp_path):
    """An environment without credentials, proxies and settings of a cloud."""
    import os

    for name in list(os.environ):
        upper = name.upper()
        if upper.startswith(("AWS_", "GOOGLE_", "CHAMELEON_")) or upper.endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    # The machine may be one whose metadata service would be asked for credentials, slowly.
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    return dict(os.environ)


@pytest.fixture(scope="module")
def running_provider():
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def provider(running_provider):
    """A provider on this machine that has seen nothing yet."""
    found = running_provider
    found.requests.clear()
    found.calls.clear()
    found.replies = dict(ANSWERS)
    found.status, found.headers, found.refusal = 200, {}, None
    return found


@pytest.fixture
def served(provider, make_predictor):
    """Labels are answered here, and everything else by the provider."""
    config = ServerConfig(pass_through=settings_for(provider))
    with start_server(make_predictor(), config) as server:
        yield server
