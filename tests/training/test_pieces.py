import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.decision import (
    Field,
    IntervalSet,
    NumberTest,
)
from chameleonapi.losses import compile_decision
from chameleonapi.training.judge import Judge
from chameleonapi.training.pieces import Terrain, trace_shift
from evaluation.worlds import process

LABELS = ("Apple", "Banana", "Can", "Dog", "Egg", "Fork")
CLASSES = {"food": ["Apple", "Banana"], "metal": ["Can", "Fork"], "pet": ["Dog"]}


def judged(one, count, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = 2.5 * torch.randn(count, len(LABELS), generator=generator)
    present = torch.rand(logits.shape, generator=generator) < 0.4
    decision = compile_decision(one, LABELS)
    return Judge(decision, decision.acceptable(present)), logits


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["api", "application", "flags"]),
    max_results=st.sampled_from([None, 1, 2, 3]),
    columns=st.sets(st.integers(0, 5), min_size=1).map(sorted),
    seed=st.integers(0, 10_000),
)
def test_pieces_say_what_deciding_anew_says(kind, max_results, columns, seed):
    one = process(CLASSES, kind=kind, max_results=max_results)
    judge, logits = judged(one, 20, seed)
    pieces = trace_shift(judge, logits, columns, Terrain.of(one, LABELS), reach=4.0)
    generator = torch.Generator().manual_seed(seed)
    for shift in (torch.rand(12, generator=generator) * 7.9 - 3.95).tolist():
        if (pieces.left - shift).abs().min() < 1e-3:
            continue
        shifted = logits.clone()
        shifted[:, columns] += shift
        assert pieces.wrong_at(shift).tolist() == judge.wrong(shifted).tolist()


def test_a_test_of_the_score_is_a_line_of_its_own():
    one = process({"food": ["Apple"]})
    (atom,) = one.atoms
    sure = NumberTest(Field("score"), IntervalSet.at_least(0.8))
    one = one.with_(atoms=(type(atom)(atom.id, atom.collection, (*atom.tests, sure)),))
    terrain = Terrain.of(one, LABELS)
    assert terrain.lines == pytest.approx((0.0, math.log(4)))
    judge, logits = judged(one, 40, 1)
    pieces = trace_shift(judge, logits, [0], terrain, reach=4.0)
    shifted = logits.clone()
    shifted[:, 0] += 1.0
    assert pieces.wrong_at(1.0).tolist() == judge.wrong(shifted).tolist()


def test_percent_thresholds_are_read_in_the_provider_s_unit():
    one = process({"food": ["Apple"]}, api="aws.rekognition.detect_labels")
    (atom,) = one.atoms
    sure = NumberTest(Field("Confidence"), IntervalSet.at_least(90.0))
    one = one.with_(atoms=(type(atom)(atom.id, atom.collection, (*atom.tests, sure)),))
    assert Terrain.of(one, LABELS).lines[-1] == pytest.approx(math.log(9))


def test_steps_add_up_to_the_rate_everywhere():
    one = process(CLASSES)
    judge, logits = judged(one, 60, 3)
    pieces = trace_shift(judge, logits, [0, 1], Terrain.of(one, LABELS), reach=4.0)
    base, places, changes = pieces.steps(judge.weights)
    for shift in (-3.9, -1.0, 0.0, 0.7, 3.9):
        expected = float(judge.weights[pieces.wrong_at(shift)].sum())
        assert base + float(changes[places <= shift].sum()) == pytest.approx(expected)
