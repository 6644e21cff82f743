import json

import pytest
import torch

from chameleonapi.decision import Truth
from chameleonapi.errors import DataError, UsageError
from chameleonapi.evaluation import Evaluation, Method, evaluate
from chameleonapi.evaluation.decisions import acceptable_outcomes, served_decisions
from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.training.features import FeatureSet
from evaluation.worlds import directions, process, scenes

LABELS = ("Apple", "Banana", "Can", "Dog", "Egg")
DIRECTIONS = directions(LABELS)
CHOICE = process({"food": ["Apple", "Banana"], "metal": ["Can"]})


def head(scale=8.0, *, offset=0.0, seed=None):
    weight = torch.linalg.pinv(DIRECTIONS).T.contiguous() * scale
    if seed is not None:
        noise = torch.randn(weight.shape, generator=torch.Generator().manual_seed(seed))
        weight = weight + noise
    dimension = weight.shape[1]
    bias = torch.full((len(LABELS),), -scale / 2 + offset)
    return LinearHead(LABELS, weight, bias, torch.zeros(dimension), torch.ones(dimension))


def measured(one=CHOICE, **options):
    methods = [
        Method("generic", "Generic", head(seed=1)),
        Method("ours", "Ours", head(), threshold="food 0.50", seconds=1.5),
    ]
    test = scenes(300, LABELS, seed=5, directions=DIRECTIONS, noise=0.15)
    options = {"seen": {}, "resamples": 300, **options}
    return evaluate(one, options.pop("methods", methods), test, **options), test


def test_the_record_is_complete_and_adds_up():
    found, test = measured(application="bin", data_name="scenes")
    assert (found.application, found.api, found.kind) == ("bin", CHOICE.api, "MULTI_CHOICE")
    assert found.process_digest == CHOICE.digest
    assert found.outcomes == ("food", "metal", "nothing")
    assert sum(found.data.outcome_weights.values()) == pytest.approx(300)
    for one in found.methods:
        wrong = [one.name for row in found.examples if row.decided[one.name] not in row.acceptable]
        assert one.natural.rate == pytest.approx(len(wrong) / 300)
        assert sum(one.errors.values()) == len(wrong)
        assert sum(map(sum, one.confusion)) == pytest.approx(300)
        assert one.balanced.low <= one.balanced.rate <= one.balanced.high
        off = sum(
            cell for i, row in enumerate(one.confusion) for j, cell in enumerate(row) if i != j
        )
        assert off == pytest.approx(len(wrong))
        by_outcome = [
            (sum(row) - row[i]) / found.data.outcome_weights[outcome]
            for i, (outcome, row) in enumerate(zip(found.outcomes, one.confusion, strict=True))
        ]
        assert len(by_outcome) == 3
    ours, generic = found.method("ours"), found.method("generic")
    assert ours.threshold == "food 0.50"
    assert ours.seconds == 1.5
    compared = found.comparison("ours", "generic")
    assert compared.difference.rate == pytest.approx(ours.balanced.rate - generic.balanced.rate)
    assert compared.fixed - compared.broken == round(
        300 * (generic.natural.rate - ours.natural.rate)
    )
    assert compared.relative == pytest.approx(compared.difference.rate / generic.balanced.rate)
    assert {"python", "torch", "numpy", "chameleonapi"} <= set(found.environment)
    row = found.examples[7]
    assert row.id == test.ids[7]
    assert set(row.present) == {
        label for label, here in zip(LABELS, test.present[7], strict=True) if here
    }


def test_a_wrong_head_is_worse():
    found, _ = measured()
    assert found.method("ours").natural.rate < 0.1
    assert found.comparison("ours", "generic").difference.high < 0


def test_the_record_survives_json(tmp_path):
    found, _ = measured()
    found.save(tmp_path / "evaluation.json")
    assert Evaluation.load(tmp_path / "evaluation.json") == found
    assert json.loads((tmp_path / "evaluation.json").read_text())["schema"].endswith("/1")


def test_equal_seeds_give_equal_records():
    assert measured(seed=4)[0] == measured(seed=4)[0]
    assert measured(seed=4)[0].methods != measured(seed=5)[0].methods


@pytest.mark.parametrize("kind", ["api", "application", "flags"])
@pytest.mark.parametrize("api", ["google.vision.label_detection", "aws.rekognition.detect_labels"])
@pytest.mark.parametrize("max_results", [None, 1, 2])
def test_the_served_decision_is_the_compiled_one(kind, api, max_results):
    classes = {"food": ["Apple", "Banana"], "metal": ["Can"], "pet": ["Dog"]}
    one = process(classes, kind=kind, api=api, max_results=max_results)
    test = scenes(120, LABELS, seed=2, directions=DIRECTIONS, noise=0.6)
    tried = head(3.0, offset=1.0, seed=2)
    decision = compile_decision(one, LABELS)
    indices = decision.decide(tried.logits(test.features)).tolist()
    assert served_decisions(one, tried, test.features) == list(map(decision.outcome_id, indices))
    right = acceptable_outcomes(one, test)
    matrix = decision.acceptable(test.present, test.known).tolist()
    assert right == [
        frozenset(o for o, yes in zip(decision.outcomes, row, strict=True) if yes) for row in matrix
    ]


def test_joint_outcomes_are_tabulated_as_they_occur():
    found, _ = measured(process({"a": ["Apple"], "b": ["Can"], "c": ["Dog"]}, kind="flags"))
    assert found.outcomes[0] == "none"
    assert found.outcomes == ("none", "a", "b", "c", "a+b", "a+c", "b+c", "a+b+c")


def test_unknown_labels_leave_every_reachable_outcome_acceptable():
    test = scenes(1, LABELS, seed=0, directions=DIRECTIONS)
    present = torch.tensor([[False, False, True, False, False]])
    known = torch.tensor([[False, False, True, True, True]])
    data = FeatureSet(LABELS, test.ids, test.digests, test.features, present, known)
    assert acceptable_outcomes(CHOICE, data) == [frozenset({"food", "metal"})]
    truth = Truth.of(["Can"], ["Dog", "Egg"], closed=False)
    assert CHOICE.acceptable(truth) == {"food", "metal"}


def test_a_label_that_the_data_never_speaks_of_is_absent():
    one = process({"food": ["Apple"], "exotic": ["Zebra"]})
    test = scenes(1, LABELS, seed=0, directions=DIRECTIONS)
    known = torch.tensor([[True, False, True, True, True]])
    present = torch.tensor([[True, False, False, False, False]])
    data = FeatureSet(LABELS, test.ids, test.digests, test.features, present, known)
    assert acceptable_outcomes(one, data) == [frozenset({"food"})]


def test_seen_examples_are_refused():
    seen = scenes(3, LABELS, seed=5, directions=DIRECTIONS)
    with pytest.raises(DataError, match="3 test examples came with the same id in training"):
        measured(seen={"training": seen})


def test_methods_of_one_name_are_refused():
    with pytest.raises(UsageError, match="named twin, twin"):
        measured(methods=[Method("twin", "A", head()), Method("twin", "B", head())])


def test_nothing_to_test_on_is_refused():
    empty = scenes(1, LABELS, seed=0, directions=DIRECTIONS).select([])
    with pytest.raises(DataError, match="no test examples"):
        evaluate(CHOICE, [Method("a", "A", head())], empty, seen={})


def test_progress_reaches_the_total():
    calls = []
    measured(advance=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (600, 600)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_records_load_without_torch():
    import subprocess
    import sys

    code = "import sys, chameleonapi.evaluation; print('torch' in sys.modules or 'numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
