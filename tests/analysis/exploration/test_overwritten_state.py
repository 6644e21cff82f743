"""Of what is stored into a variable or an attribute, the last value is what a run leaves behind."""

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.decision import Kind, Status

LAST = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
joyful = False

def look(data):
    global joyful
    response = client.face_detection(image=vision.Image(content=data))
    for face in response.face_annotations:
        joyful = face.joy_likelihood > 3
"""
ATTRIBUTE = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()

class Mirror:
    def __init__(self):
        self.joyful = False

    def look(self, data):
        self.joyful = False
        response = client.face_detection(image=vision.Image(content=data))
        self.joyful = None
        for face in response.face_annotations:
            self.joyful = face.joy_likelihood > 3
"""
THREADS = """
import threading
import rtmidi
from google.cloud import vision
client = vision.ImageAnnotatorClient()
out = rtmidi.MidiOut()
joyful = False
sad = False

def look(data):
    global joyful, sad
    response = client.face_detection(image=vision.Image(content=data))
    for face in response.face_annotations:
        joyful = face.joy_likelihood > 3
        sad = face.sorrow_likelihood > 3

def loop():
    while True:
        look(open("a.jpg", "rb").read())

def show():
    while True:
        if joyful:
            out.send_message([1])
        if sad:
            out.send_message([2])

def levels():
    while True:
        for i in range(5):
            out.send_message([3, i])

threading.Thread(target=levels).start()
threading.Thread(target=loop).start()
threading.Thread(target=show).start()
"""
HAPPY, CALM = {"joyLikelihood": "VERY_LIKELY"}, {"joyLikelihood": "UNLIKELY"}


def only(root, source):
    (root / "app.py").write_text(source)
    (process,) = analyze(root).processes
    return process


@pytest.mark.parametrize("source", [LAST, ATTRIBUTE], ids=["variable", "attribute"])
def test_the_last_element_decides_what_stays(tmp_path, source):
    process = only(tmp_path, source)
    assert process.status is Status.COMPLETE
    decided = {
        name: process.decide({"faceAnnotations": faces}).id
        for name, faces in {
            "happy": [HAPPY],
            "calm": [CALM],
            "happy last": [CALM, HAPPY],
            "calm last": [HAPPY, HAPPY, CALM],
            "none": [],
        }.items()
    }
    assert decided["happy"] == decided["happy last"]
    assert decided["calm"] == decided["calm last"]
    assert len(set(decided.values())) == 3


def test_objects_of_one_class_keep_what_each_was_given(tmp_path):
    process = only(
        tmp_path,
        """
from google.cloud import vision
client = vision.ImageAnnotatorClient()

class Lamp:
    is_on = False

red, green = Lamp(), Lamp()

def look(data):
    response = client.label_detection(image=vision.Image(content=data))
    for label in response.label_annotations:
        if label.description == "Dog":
            red.is_on = True
        if label.description == "Cat":
            green.is_on = True
""",
    )
    dog, cat = {"description": "Dog"}, {"description": "Cat"}
    found = [
        {one.span.line for one in process.decide({"labelAnnotations": labels}).effects}
        for labels in ([], [dog], [cat], [dog, cat], [cat, dog])
    ]
    assert found == [set(), {14}, {16}, {14, 16}, {14, 16}]


def test_threads_without_an_end_run_beside_each_other(tmp_path):
    process = only(tmp_path, THREADS)
    assert process.kind is Kind.MULTI_SELECT
    assert process.status is Status.COMPLETE
    sad = {"sorrowLikelihood": "LIKELY", "joyLikelihood": "VERY_UNLIKELY"}
    both = {"sorrowLikelihood": "LIKELY", "joyLikelihood": "LIKELY"}
    told = [
        {one.span.line for one in process.decide({"faceAnnotations": faces}).effects}
        for faces in ([], [HAPPY], [HAPPY, sad], [both])
    ]
    assert told == [set(), {24}, {26}, {24, 26}]
