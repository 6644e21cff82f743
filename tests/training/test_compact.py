import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.decision import Case, Cases, LengthAtLeast
from chameleonapi.losses import compile_decision
from chameleonapi.training.compact import CompactSpace
from evaluation.worlds import process

LABELS = tuple(f"L{index}" for index in range(14))
CLASSES = {"a": ["L3", "L9"], "b": ["L0"], "c": ["L13", "L5"]}


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["api", "application", "flags"]),
    max_results=st.sampled_from([None, 0, 1, 3, 8, 12, 14, 50]),
    seed=st.integers(0, 10_000),
)
def test_decisions_are_the_same(kind, max_results, seed):
    one = process(CLASSES, kind=kind, max_results=max_results)
    space = CompactSpace.of(one, LABELS)
    logits = 2 * torch.randn(50, 14, generator=torch.Generator().manual_seed(seed)) + 1
    whole, small = compile_decision(one, LABELS), compile_decision(one, space.labels)
    assert whole.outcomes == small.outcomes
    assert whole.decide(logits).tolist() == small.decide(space.logits(logits)).tolist()


def test_only_what_is_read_is_left_without_a_limit():
    one = process(CLASSES, api="aws.rekognition.detect_labels", max_results=100)
    assert CompactSpace.of(one, LABELS).labels == ("L0", "L3", "L5", "L9", "L13")


def test_as_many_others_are_kept_as_there_are_places():
    space = CompactSpace.of(process(CLASSES, max_results=3), LABELS)
    assert len(space.labels) == 5 + 3
    row = torch.arange(14.0)[None]
    assert space.logits(row).tolist() == [[0, 3, 5, 9, 13, 12, 11, 10]]
    assert space.truth(row > 4).tolist() == [[False, False, True, True, True, *[False] * 3]]
    assert space.local([13, 0]) == (4, 0)
    assert space.local(range(14)) == tuple(range(8))


def test_nothing_shrinks_where_everything_matters():
    one = process(CLASSES)
    rules = Cases((*one.rules.cases, Case(LengthAtLeast("labelAnnotations", 3), "a")), "nothing")
    space = CompactSpace.of(one.with_(rules=rules), LABELS)
    assert space.labels == LABELS
