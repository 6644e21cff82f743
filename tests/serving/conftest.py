"""A small predictor that looks at colours, and servers that use it."""

import io
import threading

import pytest
from PIL import Image

from chameleonapi.apis import LabelScores
from chameleonapi.errors import InputError, UnknownNameError
from chameleonapi.serving import ServerConfig, start_server

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
