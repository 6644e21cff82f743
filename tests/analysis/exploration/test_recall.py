"""Recalled runs are what running would show, and are given up when they are not."""

from dataclasses import replace

from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.engine.budget import Budget as RunBudget
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource

GOOGLE = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
"""
AMAZON = """
import boto3
labels = boto3.client("rekognition").detect_labels(Image={})["Labels"]
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
SOUNDS = """
sounds = {"Cat": "meow", "Dog": "woof", "Tree": "rustle"}
for one in labels:
    if one.description in sounds:
        print(sounds[one.description])
"""
COUNTED = """
count = 0
for one in labels:
    count += 1
print("many" if count > 2 else "few")
"""
NAMES = """
names = {one.description for one in labels if one.score > 0.3}
print(len(names) > 2, "Cat" in names, bool(names & {"Dog", "Tree"}), {"Cat", "Sky"} <= names)
"""
SCORES = """
best = {}
for one in labels:
    best[one.description] = one.score
print(best.get("Cat", 0) > 0.5, len(best) > 1, next(iter(best), "") == "Sky")
"""
TALLY = """
import collections
tally = collections.Counter(one.description for one in labels)
print(tally["Cat"] > 1, tally.most_common(1)[0][1] if tally else 0)
"""
AGAIN = """
others = vision.ImageAnnotatorClient().label_detection(image={"source": 2}).label_annotations
print(any(one.description == "Cat" for one in labels))
print(any(one.description == "Dog" for one in others))
"""
BETWEEN = """
others = vision.ImageAnnotatorClient().label_detection(image={"source": 2}).label_annotations
print(labels[0].description == others[0].description if labels else "nothing")
"""
MEAN = """
import statistics
print(statistics.mean([one.score for one in labels]) > 0.6 if labels else "nothing")
"""
PARENTS = """
print(sum(len(one["Parents"]) for one in labels) > 2, [sorted(one) for one in labels[:1]])
"""


class Secretive:
    """A program whose effects depend on something that no test tells."""

    def __init__(self, program):
        self.program = program
        self.literals = program.literals

    def run(self, entry, answers, assumptions, **given):
        trace = self.program.run(entry, answers, assumptions, **given)
        (answer,) = answers.values()
        names = {one["description"] for one in answer.get("labelAnnotations", ())}
        return trace if len(names) % 2 else replace(trace, effects=())


def runner_of(tmp_path, source, *, recalls=True, steps=200_000):
    file = tmp_path / "app.py"
    file.write_text(source, encoding="utf-8")
    program = load_program(file, budget=RunBudget(steps=steps))
    meter = Meter(20_000, 60)
    runner = Runner(program, program.entries[0], program.sites[0], {}, meter, recalls=recalls)
    alphabet = Discovery(runner, ("Cat", "Dog", "Sky", "Tree"), Budget()).explore()
    return runner, AnswerSource(alphabet, 5)


def differences(tmp_path, source, answers=250):
    """Return on how many answers a recalled run is not what running shows, and the runner."""
    runner, drawn = runner_of(tmp_path, source)
    plain, _ = runner_of(tmp_path, source, recalls=False)
    found = 0
    for _ in range(answers):
        answer = drawn.draw()
        found += runner.observe(answer) != plain.observe(answer)
    assert plain.recall.recalled == 0
    return found, runner


def test_what_is_recalled_is_what_a_run_shows(tmp_path):
    for source in (GOOGLE + PETS, GOOGLE + BEST, GOOGLE + SOUNDS, GOOGLE + COUNTED):
        found, runner = differences(tmp_path, source)
        assert found == 0, source
        assert runner.recall.recalled > 80, source
        assert runner.recall.is_trusted, source


def test_labels_in_sets_and_keys_are_told_by_which_of_them_are_alike(tmp_path):
    for source in (NAMES, SCORES, TALLY):
        found, runner = differences(tmp_path, GOOGLE + source)
        assert found == 0, source
        assert runner.recall.recalled > 60, source
        assert runner.recall.is_trusted, source


def test_the_answer_of_another_call_of_the_same_api_is_not_mistaken(tmp_path):
    found, runner = differences(tmp_path, GOOGLE + AGAIN)
    assert found == 0
    assert runner.recall.recalled > 80
    found, runner = differences(tmp_path, GOOGLE + BETWEEN)
    assert found == 0
    assert runner.recall.is_trusted


def test_the_members_of_a_set_come_in_the_order_of_the_answer(tmp_path):
    source = GOOGLE + "for one in {one.description for one in labels}:\n    print(one == 'Cat')\n"
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    program = load_program(tmp_path / "app.py")
    for names in (["Zebra", "Cat", "Ant"], ["Ant", "Cat", "Zebra"], ["Dog", "Cat", "Dog"]):
        rows = [{"description": one, "score": 0.9} for one in names]
        answers = {program.sites[0].span: {"labelAnnotations": rows}}
        trace = program.run(program.entries[0], answers, {}, default={})
        asked = [(min(one.expression.leaves).index, one.value) for one in trace.tests]
        assert asked == [(0, False), (1, True), (2, False)][: len(set(names))], names


def test_the_form_of_an_answer_is_no_accident(tmp_path):
    found, runner = differences(tmp_path, AMAZON + PARENTS)
    assert found == 0
    assert runner.recall.recalled > 20


def test_one_operation_on_a_list_is_one_question(tmp_path):
    found, runner = differences(tmp_path, GOOGLE + MEAN)
    assert found == 0
    assert runner.recall.is_trusted
    assert runner.recall.recalled > 80


def test_what_no_test_tells_ends_all_recalling(tmp_path):
    runner, drawn = runner_of(tmp_path, GOOGLE + COUNTED)
    runner.program = Secretive(runner.program)
    for _ in range(500):
        runner.observe(drawn.draw())
    assert not runner.recall.is_trusted
    before = runner.recall.recalled
    for _ in range(50):
        runner.observe(drawn.draw())
    assert runner.recall.recalled == before


def test_a_run_that_was_cut_off_is_not_remembered(tmp_path):
    source = GOOGLE + "for one in labels:\n    while one.score > -1:\n        pass\n"
    runner, drawn = runner_of(tmp_path, source, steps=2_000)
    assert all(runner.observe(drawn.draw()) is not None for _ in range(5))
    assert runner.aborted >= 1
