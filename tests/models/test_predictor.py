import threading

import numpy as np
import pytest
import torch

from chameleonapi.apis import LabelScores, Predictor, Request
from chameleonapi.data import read_square
from chameleonapi.errors import InputError, ModelError, UnknownNameError
from chameleonapi.models import LinearHead, PictureReader, SharedBackbonePredictor


class Means:
    """A backbone whose features are the means of the colours, and which counts its passes."""

    name, sha256, dimension, side = "test:means", "0" * 64, 3, 2

    def __init__(self):
        self.batches = []

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype("float32")).permute(2, 0, 1)

    def features(self, pixels):
        self.batches.append(len(pixels))
        return pixels.mean((2, 3))


class Reader:
    id = "test/1"

    def __call__(self, content, side):
        if content == b"bad":
            raise InputError("it is no picture.", hint="Replace it.")
        return np.full((side, side, 3), content[0], np.uint8)


def head(labels, slope, dimension=3):
    weight = torch.full((len(labels), dimension), slope / dimension)
    zeros = torch.zeros(dimension)
    return LinearHead(tuple(labels), weight, torch.zeros(len(labels)), zeros, zeros + 1)


@pytest.fixture
def backbone():
    return Means()


@pytest.fixture
def predictor(backbone):
    heads = {"one": head("AB", 1.0), "two": head("C", -1.0)}
    return SharedBackbonePredictor(backbone, head("XYZ", 0.5), heads, read_picture=Reader())


def score(logit):
    return pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-6)


def test_it_is_a_predictor(predictor):
    assert isinstance(predictor, Predictor)
    assert predictor.applications == ("one", "two")
    reader: PictureReader = read_square
    assert reader.id


def test_a_mixed_batch_takes_one_pass_and_every_request_its_own_head(predictor, backbone):
    asked = [("", 2), ("two", 1), ("one", 3), ("", 4), ("one", 0)]
    found = predictor.predict([Request(name, bytes([value])) for name, value in asked])
    assert backbone.batches == [5]
    assert [one.labels for one in found] == [
        ("X", "Y", "Z"), ("C",), ("A", "B"), ("X", "Y", "Z"), ("A", "B")
    ]  # fmt: skip
    assert [one.scores[0] for one in found] == [
        score(1), score(-1), score(3), score(2), score(0)
    ]  # fmt: skip
    assert all(len(one.scores) == len(one.labels) for one in found)
    assert isinstance(found[0].scores[0], float)
    assert found[0].labels is found[3].labels


def test_a_bad_picture_fails_no_neighbour(predictor, backbone):
    contents = [b"\x01", b"bad", b"\x02", b"bad"]
    found = predictor.predict([Request("one", content) for content in contents])
    assert [isinstance(one, InputError) for one in found] == [False, True, False, True]
    assert isinstance(found[2], LabelScores)
    assert found[2].scores[0] == score(2)
    assert backbone.batches == [2]


def test_nothing_is_computed_where_there_is_nothing_to_compute(predictor, backbone):
    assert list(predictor.predict([])) == []
    (found,) = predictor.predict([Request("", b"bad")])
    assert isinstance(found, InputError)
    assert backbone.batches == []


def test_an_unknown_application_is_refused_before_any_work(predictor, backbone):
    with pytest.raises(UnknownNameError, match=r"unknown application 'three'.*Known: one, two"):
        predictor.predict([Request("one", b"\x01"), Request("three", b"\x01")])
    assert backbone.batches == []


def test_heads_can_be_replaced_and_removed(predictor):
    predictor.replace_head("one", head("Q", 1.0))
    predictor.replace_head("", head("G", 1.0))
    found = predictor.predict([Request("one", b"\x01"), Request("", b"\x01")])
    assert [one.labels for one in found] == [("Q",), ("G",)]
    predictor.remove_head("one")
    assert predictor.applications == ("two",)
    for name in ("one", ""):
        with pytest.raises(UnknownNameError):
            predictor.remove_head(name)


def test_a_head_for_another_backbone_is_refused(predictor):
    with pytest.raises(ModelError, match="head of 'one' takes 5 features, but test:means gives 3"):
        predictor.replace_head("one", head("A", 1.0, dimension=5))
    assert predictor.predict([Request("one", b"\x01")])[0].labels == ("A", "B")


def test_a_batch_under_way_is_finished_with_the_heads_it_began_with(predictor, backbone):
    began, replaced = threading.Event(), threading.Event()

    def slow(pixels):
        began.set()
        assert replaced.wait(10)
        return pixels.mean((2, 3))

    backbone.features = slow
    found = []
    worker = threading.Thread(
        target=lambda: found.extend(predictor.predict([Request("one", b"\x01")]))
    )
    worker.start()
    assert began.wait(10)
    predictor.replace_head("one", head("Q", 1.0))
    predictor.remove_head("two")
    replaced.set()
    worker.join(10)
    assert found[0].labels == ("A", "B")


def test_real_pictures_with_the_real_reader(backbone):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (31, 17), (2, 2, 2)).save(out, "PNG")
    predictor = SharedBackbonePredictor(backbone, head("X", 1.0), read_picture=read_square)
    good, bad = predictor.predict([Request("", out.getvalue()), Request("", b"no picture")])
    assert isinstance(good, LabelScores)
    assert good.scores[0] == score(2)
    assert isinstance(bad, InputError)
