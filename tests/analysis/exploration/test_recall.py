"""Recalled runs are what running would show, and are given up when they are not."""

from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.recall import Recall
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource

HEAD = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
"""
PETS = """
for one in labels:
    if one.description in ("Cat", "Dog") and one.score > 0.6:
        print("pet")
        break
"""
BEST = """
best = max(labels, key=lambda one: one.score) if labels else None
print(best is not None and best.description == "Cat")
"""


def recall_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + body, encoding="utf-8")
    program = load_program(file)
    runner = Runner(program, program.entries[0], program.sites[0], {}, Meter(20_000, 60))
    alphabet = Discovery(runner, ("Cat", "Dog", "Sky", "Tree"), Budget()).explore()
    return runner, Recall(runner, alphabet, 3), AnswerSource(alphabet, 5)


def test_what_is_recalled_is_what_a_run_shows(tmp_path):
    runner, recall, source = recall_of(tmp_path, PETS)
    for _ in range(600):
        answer = source.draw()
        effects, _ = recall.effects(answer, is_odd=source.is_odd)
        assert effects == runner.observe(answer).effects
    assert recall.recalled > 200
    assert recall.is_trusted


def test_an_order_between_elements_is_never_recalled(tmp_path):
    runner, recall, source = recall_of(tmp_path, BEST)
    for _ in range(200):
        answer = source.draw()
        effects, trace = recall.effects(answer, is_odd=source.is_odd)
        if trace is None:
            assert effects == runner.observe(answer).effects


def test_odd_answers_are_run(tmp_path):
    _, recall, source = recall_of(tmp_path, PETS)
    answer = source.draw()
    assert all(recall.effects(answer, is_odd=True)[1] is not None for _ in range(5))
