import itertools
import zlib

import pytest
import torch

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.replay import ReplayedProgram
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses import ProgramDecision

HASHED = """
import sys
import zlib

from google.cloud import vision


def main(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    found = client.label_detection(image=image).label_annotations
    for one in found:
        print("seen", one.description, one.score)
    names = sorted(one.description for one in found)
    if "Cat" in names:
        print("cat")
    elif zlib.crc32(" ".join(names).encode()) % 2:
        print("odd")
    else:
        print("even")


if __name__ == "__main__":
    main(sys.argv[1])
"""
LABELS = ("Cat", "Dog", "Bird")


def program_of(folder, source):
    (folder / "app.py").write_text(source)
    report = analyze(folder, budget=Budget(verification_answers=50))
    (process,) = report.processes
    return ReplayedProgram(folder, report, process)


def answer(names, score=0.9):
    rows = [{"description": one, "score": score} for one in names]
    return {"labelAnnotations": rows} if rows else {}


def word(names):
    if "Cat" in names:
        return "'cat'"
    return "'odd'" if zlib.crc32(" ".join(sorted(names)).encode()) % 2 else "'even'"


def test_it_tells_apart_what_no_record_says(tmp_path):
    program = program_of(tmp_path, HASHED)
    assert program.process.status.name == "PARTIAL"
    sets = [some for size in range(4) for some in itertools.combinations(LABELS, size)]
    names = program([answer(one) for one in sets])
    assert {word(one) for one in sets} == {"'cat'", "'odd'", "'even'"}
    for some, name in zip(sets, names, strict=True):
        assert word(some) in name
    # what is seen on the way, and how surely, is data
    assert program([answer(("Bird",), 0.6)]) == program([answer(("Bird",), 0.95)])


def test_a_decision_is_made_of_it(tmp_path):
    program = program_of(tmp_path, HASHED)
    present = torch.tensor([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)]) > 0
    decision = ProgramDecision.observed(program.process.api, LABELS, program, present)
    right = decision.acceptable(present)
    logits = torch.where(present, 3.0, -3.0)
    assert decision.is_correct(logits, right).all()
    assert not decision.is_correct(-logits, right).all()
    for row, some in zip(present.tolist(), right.tolist(), strict=True):
        names = [one for one, is_there in zip(LABELS, row, strict=True) if is_there]
        outcomes = [one for one, is_right in zip(decision.outcomes, some, strict=True) if is_right]
        assert all(word(names) in one for one in outcomes)


def test_what_may_not_be_done_is_said(tmp_path):
    program = program_of(
        tmp_path, HASHED.replace('print("cat")', 'import posix; posix.listdir("/etc")')
    )
    with pytest.raises(UnsupportedError, match="no replay may"):
        program([answer(("Cat",))])


def test_an_application_that_never_comes_to_the_call(tmp_path):
    program = program_of(tmp_path, HASHED)
    (tmp_path / "app.py").write_text("raise SystemExit(3)\n")
    with pytest.raises(UnsupportedError, match="cannot be run"):
        program([answer(("Cat",))])


POSTED = """
import requests

class Labels:
    def __init__(self, config):
        self.config = config
        self.session = requests.post("https://example.org", json={"key": config["KEY"]}).json()

    def process(self, picture):
        url = "https://vision.googleapis.com/v1/images:annotate?key=" + self.config["KEY"]
        asked = {"requests": [{"image": picture, "features": [{"type": "LABEL_DETECTION"}]}]}
        reply = requests.post(url, json=asked)
        for label in reply.json()["responses"][0].get("labelAnnotations", []):
            if label["description"] == "Cat":
                return "cat"
        return "other"
"""


def test_an_address_with_a_key_that_is_not_there(tmp_path):
    program = program_of(tmp_path, POSTED)
    cat, dog = program([answer(("Dog", "Cat")), answer(("Dog",))])
    assert "'cat'" in cat
    assert "'other'" in dog
