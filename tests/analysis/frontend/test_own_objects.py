"""A method of the application's own objects is no call of an API, whatever it is called."""

import ast
from types import SimpleNamespace

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.analysis.frontend.own_objects import OwnObjects
from chameleonapi.decision import Status

CLASS = """
class Photo:
    def __init__(self, client):
        self.client = client

    def detect_labels(self):
        return self.client.detect_labels(Image={"Bytes": b"x"})["Labels"]
"""


@pytest.mark.parametrize(
    ("source", "is_own"),
    [
        ("photo = Photo(client)\nphoto.detect_labels()", True),
        ("Photo(client).detect_labels()", True),
        ("self.photo = Photo(client)\nself.photo.detect_labels()", True),
        ("photo = boto3.client('rekognition')\nphoto.detect_labels()", False),
        ("photo = Photo(client)\nphoto = boto3.client('x')\nphoto.detect_labels()", False),
        ("def f(photo):\n    photo.detect_labels()\nphoto = Photo(client)", False),
        ("photo = Photo(client)\nphoto.detect_faces()", False),
    ],
)
def test_whose_method_it_is(source, is_own):
    sources = {"app.py": SimpleNamespace(tree=ast.parse(CLASS + source))}
    calls = [
        one.func
        for one in ast.walk(sources["app.py"].tree)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in {"detect_labels", "detect_faces"}
    ]
    last = max(calls, key=lambda one: one.lineno)
    assert OwnObjects.of(sources).has_method(last) is is_own


def test_an_own_method_that_no_run_reaches_is_no_call(tmp_path):
    source = f"""
import boto3
{CLASS}
def handler(event, context):
    client = boto3.client("rekognition")
    photo = Photo(client)
    if any(one["Name"] == "Dog" for one in photo.detect_labels()):
        return "dog"
    return "no dog"
"""
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path)
    assert report.status is Status.COMPLETE
    assert [one.call.line for one in report.processes] == [9]


def test_a_method_that_a_run_calls_is_one_of_the_class_of_its_object(tmp_path):
    (tmp_path / "app.py").write_text(
        """
import boto3

class Picture:
    def __init__(self, image, client):
        self.image, self.client = image, client
    @classmethod
    def read(cls, name, client):
        return cls({"Bytes": open(name, "rb").read()}, client)
    def detect_labels(self, most):
        found = self.client.detect_labels(Image=self.image, MaxLabels=most)["Labels"]
        return [one["Name"] for one in found]

class Photo:
    def __init__(self, image):
        self.image = image
    def tell(self):
        image = Picture.read(self.image, boto3.client("rekognition"))
        print("dog" if "Dog" in image.detect_labels(20) else "none")
"""
    )
    report = analyze(tmp_path)
    assert [one.call.line for one in report.processes] == [11]
    assert not report.gaps
