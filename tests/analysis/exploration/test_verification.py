"""Verification finds a record that says something else than the application does."""

from dataclasses import replace

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.draft import make_draft
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.table import Table
from chameleonapi.analysis.exploration.verification import compare
from chameleonapi.analysis.exploration.words import standard_words
from chameleonapi.decision import Cases, IntervalSet, LabelSet, LabelTest, NumberTest

HEAD = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
"""
CHOICE = """
for one in labels:
    if one.description in ("Cat", "Dog") and one.score > 0.6:
        print("pet")
        break
    if one.description == "Tree":
        print("plant")
        break
else:
    print("nothing")
"""
VOCABULARY = ("Cat", "Dog", "Sky", "Tree", "Table", "River")
ANSWERS = 1_500


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    """A draft that is right, and what is needed to compare it."""
    file = tmp_path_factory.mktemp("app") / "app.py"
    file.write_text(HEAD + CHOICE, encoding="utf-8")
    program = load_program(file)
    runner = Runner(program, program.entries[0], program.sites[0], {}, Meter(20_000, 60))
    discovery = Discovery(runner, VOCABULARY, Budget())
    alphabet = discovery.explore()
    table = Table(runner, alphabet)
    words = standard_words(alphabet, discovery.bound, 7)
    for word in words:
        table.raw(word)
    assert table.choose_levels()
    draft = make_draft(table, words, process_id="p", bound=discovery.bound, states=40, by=None)
    assert draft is not None
    return runner, draft


def disagreements(explored, process):
    runner, draft = explored
    source = AnswerSource(draft.alphabet, 11)
    found = compare(
        process, runner, source, draft.outcome_of, Budget(), answers=ANSWERS, stop_after=10**9
    )
    assert found.verification.answers == ANSWERS
    return found.verification.disagreements


def with_tests(process, change):
    atoms = tuple(replace(one, tests=tuple(map(change, one.tests))) for one in process.atoms)
    return process.with_(atoms=atoms)


def test_the_right_record_agrees_everywhere(explored):
    runner, draft = explored
    assert disagreements(explored, draft.process) == 0
    assert runner.recall.recalled > ANSWERS / 3  # and is not merely right where it was run


def lost_label(test):
    if isinstance(test, LabelTest) and "Dog" in test.accepts.labels:
        return replace(test, accepts=LabelSet(test.accepts.labels - {"Dog"}))
    return test


def further_label(test):
    if isinstance(test, LabelTest) and "Dog" in test.accepts.labels:
        return replace(test, accepts=LabelSet(test.accepts.labels | {"River"}))
    return test


def any_score(test):
    if isinstance(test, NumberTest):
        return replace(test, accepts=IntervalSet.at_least(0.0))
    return test


@pytest.mark.parametrize("damage", [lost_label, further_label, any_score])
def test_a_damaged_test_is_found(explored, damage):
    _, draft = explored
    damaged = with_tests(draft.process, damage)
    assert damaged.atoms != draft.process.atoms
    assert disagreements(explored, damaged) > 0


def test_rules_in_another_order_are_found(explored):
    _, draft = explored
    rules = draft.process.rules
    assert isinstance(rules, Cases)
    swapped = replace(
        rules,
        cases=tuple(
            replace(one, outcome=other.outcome)
            for one, other in zip(rules.cases, reversed(rules.cases), strict=True)
        ),
    )
    assert swapped != rules
    assert disagreements(explored, draft.process.with_(rules=swapped)) > 0


def test_another_default_is_found(explored):
    _, draft = explored
    rules = draft.process.rules
    changed = replace(rules, default=rules.cases[0].outcome)
    assert disagreements(explored, draft.process.with_(rules=changed)) > 0


def test_every_record_of_the_analysis_was_verified(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(HEAD + CHOICE, encoding="utf-8")
    (process,) = analyze(file).processes
    assert process.verification.answers == Budget().verification_answers == 5_000
    assert process.verification.disagreements == 0
