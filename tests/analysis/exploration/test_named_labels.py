"""What a record names or excludes is tried, also where random answers hardly ever hold it."""

import textwrap
from dataclasses import replace

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.exploration.budget import Budget as ExplorationBudget
from chameleonapi.analysis.exploration.budget import Meter
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.draft import make_draft
from chameleonapi.analysis.exploration.named_labels import rare_labels
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.table import Table
from chameleonapi.analysis.exploration.verification import compare
from chameleonapi.analysis.exploration.words import standard_words
from chameleonapi.decision import LabelSet, Status

MANY = tuple(f"Thing {number}" for number in range(2_000))
APPLICATION = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
print("pet" if "Cat" in [one.description for one in labels] else "nothing")
"""


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    file = tmp_path_factory.mktemp("app") / "app.py"
    file.write_text(APPLICATION, encoding="utf-8")
    program = load_program(file)
    runner = Runner(program, program.entries[0], program.sites[0], {}, Meter(20_000, 60))
    discovery = Discovery(runner, (*MANY, "Cat"), ExplorationBudget())
    table = Table(runner, discovery.explore())
    words = standard_words(table.alphabet, discovery.bound, 7)
    for word in words:
        table.raw(word)
    assert table.choose_levels()
    draft = make_draft(table, words, process_id="p", bound=discovery.bound, states=40, by=None)
    return runner, draft


def with_accepted(process, change):
    atoms = tuple(
        replace(atom, tests=tuple(replace(one, accepts=change(one.accepts)) for one in atom.tests))
        for atom in process.atoms
    )
    return process.with_(atoms=atoms)


@pytest.mark.parametrize(
    "change",
    [
        lambda accepts: LabelSet(accepts.labels | {"Thing 77"}, accepts.complement),
        lambda _: LabelSet.of("Cat", "Thing 77", "Thing 1234"),
        lambda _: LabelSet(frozenset({*MANY, "Qzxvjq"}) - {"Thing 77"}, complement=True),
    ],
)
def test_one_label_of_two_thousand_that_is_wrong_is_found(explored, change):
    runner, draft = explored
    source = AnswerSource(draft.alphabet, 11)
    wrong = with_accepted(draft.process, change)
    found = compare(wrong, runner, source, draft.outcome_of, ExplorationBudget(), answers=300)
    assert found.verification.disagreements > 10


def test_labels_that_letters_stand_for_are_drawn_anyway(explored):
    _, draft = explored
    assert rare_labels(draft.process.atoms, draft.alphabet) == {}


COUNTS = """
import boto3
response = boto3.client("rekognition").detect_labels(Image={"Bytes": b""}, MaxLabels=12)
counts, is_someone_there = {}, False
for label in response["Labels"]:
    if label["Confidence"] < 85:
        continue
    name = label["Name"]
    if name != "Person":
        CHAIN
    else:
        is_someone_there = True
print("somebody" if is_someone_there else "nobody", "in the picture")
print(counts)
"""
CHAINS = {
    "chain": """
        if name in counts:
            counts[name] += 1
        else:
            counts[name] = 1
    """,
    "get": "counts[name] = counts.get(name, 0) + 1",
    "setdefault": "counts.setdefault(name, []).append(label['Confidence'])",
}


@pytest.mark.parametrize("chain", CHAINS)
def test_labels_that_occur_twice_are_no_labels_of_their_own(chain, tmp_path):
    inner = textwrap.indent(textwrap.dedent(CHAINS[chain]).strip(), " " * 8).strip()
    (tmp_path / "app.py").write_text(COUNTS.replace("CHAIN", inner), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    (process,) = report.processes
    assert process.status is Status.COMPLETE
    for key in ("Confidence", "Name", "Labels", "Dog", "Accordion", "Bytes"):
        alone = process.decide({"Labels": [{"Name": key, "Confidence": 99.0}]})
        assert alone.id == process.decide({"Labels": [{"Name": "Tree", "Confidence": 99.0}]}).id
    for atom in process.atoms:
        for accepted in atom.label_sets("Name"):
            assert accepted in (LabelSet.of("Person"), LabelSet.of("Person").inverse())
