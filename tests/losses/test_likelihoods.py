"""Decisions on likelihoods: exact ones, ordinal margins, and what is refused."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.apis import (
    LEVEL_BORDERS,
    LEVELS,
    LIKELIHOODS,
    degree_of,
    get_api,
    level_of,
    likelihood_answer,
)
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import build_loss, compile_decision, compile_likelihoods

API = "google.vision.safe_search_detection"
LABELS = ("adult", "racy")
SPEC = get_api(API)


def level_test(field, *levels):
    return d.LabelTest(field, d.LabelSet(frozenset(levels)))


def process_of(rules, outcomes, atoms):
    return d.DecisionProcess(
        "app", API, d.Span("app.py", 1), d.Kind.GENERAL, rules, outcomes, tuple(atoms)
    )


def yes_or_no(*tests):
    atom = d.Atom("a", "safeSearchAnnotation", tests)
    rules = d.Cases((d.Case(d.Exists("a"), "yes"),), "no")
    return process_of(rules, (d.Outcome("yes"), d.Outcome("no")), [atom])


def margin_of(process, *logits):
    decision = compile_likelihoods(process, LABELS)
    return float(decision.margins(torch.tensor([logits]), temperature=0.0)[0, 0])


@st.composite
def likelihood_processes(draw):
    atoms = []
    for name in ("a", "b"):
        fields = draw(st.sets(st.sampled_from(["adult", "racy", "spoof"]), min_size=1, max_size=2))
        tests = [
            level_test(one, *draw(st.sets(st.sampled_from(LIKELIHOODS), min_size=1, max_size=5)))
            for one in sorted(fields)
        ]
        atoms.append(d.Atom(name, "safeSearchAnnotation", tuple(tests)))
    one = st.sampled_from([d.Exists("a"), d.Exists("b")])
    more = st.one_of(
        one, one.map(d.Not), st.tuples(one, one).map(d.And), st.tuples(one, one).map(d.Or)
    )
    parts = draw(st.lists(more, min_size=1, max_size=3))
    names = [f"o{place}" for place in range(len(parts))]
    if draw(st.booleans()):
        outcomes = (*map(d.Outcome, names), d.Outcome("rest"))
        return process_of(d.Cases(tuple(map(d.Case, parts, names)), "rest"), outcomes, atoms)
    return process_of(
        d.Flags(tuple(map(d.Flag, parts, names))), tuple(map(d.Outcome, names)), atoms
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(process=likelihood_processes(), seed=st.integers(0, 10**6))
def test_random_decisions_are_decided_as_on_the_served_answer(process, seed):
    decision = compile_likelihoods(process, LABELS)
    logits = torch.randn(20, 2, generator=torch.Generator().manual_seed(seed)) * 2
    expected = [
        process.decide(likelihood_answer(SPEC, LABELS, row)).id
        for row in torch.sigmoid(logits).tolist()
    ]
    assert [decision.outcome_id(one) for one in decision.decide(logits).tolist()] == expected
    hard = decision.margins(logits, temperature=0.0)
    for row, outcome in zip(hard.tolist(), expected, strict=True):
        assert [one for one, m in zip(decision.outcomes, row, strict=True) if m > 0] == [outcome]
    # right is what is right for the level itself
    degrees = torch.tensor(
        [[degree_of(level_of(one)) for one in row] for row in torch.sigmoid(logits).tolist()]
    )
    right = decision.acceptable(degrees)
    assert bool(decision.is_correct(logits, right).all())


def test_levels_are_equally_far_apart_and_borders_half_way():
    assert [degree_of(one) for one in LEVELS] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert LEVEL_BORDERS == (0.125, 0.375, 0.625, 0.875)
    assert [level_of(one) for one in (0.0, 0.125, 0.6249, 0.625, 1.0)] == [
        "VERY_UNLIKELY",
        "UNLIKELY",
        "POSSIBLE",
        "LIKELY",
        "VERY_LIKELY",
    ]


def test_a_level_that_is_further_off_costs_more():
    process = yes_or_no(level_test("adult", "LIKELY", "VERY_LIKELY"))
    line = float(torch.logit(torch.tensor(0.625, dtype=torch.float64)))
    assert margin_of(process, 3.0, 0.0) == pytest.approx(3.0 - line)
    possible, unlikely = margin_of(process, 0.0, 0.0), margin_of(process, -3.0, 0.0)
    assert unlikely < possible < 0
    between = yes_or_no(level_test("adult", "UNLIKELY", "POSSIBLE"))
    assert margin_of(between, 0.0, 0.0) == pytest.approx(line)
    loss = build_loss(compile_decision(process, LABELS))
    right = torch.tensor([[True, False]] * 3)
    values = loss(
        torch.tensor([[-3.0, 0], [0.0, 0], [3.0, 0]]), right, torch.zeros(3, 2), reduction="none"
    )
    assert values.tolist() == sorted(values.tolist(), reverse=True)


def test_what_no_model_knows_is_unknown():
    assert margin_of(yes_or_no(level_test("spoof", "LIKELY")), 9.0, 9.0) < -20
    assert margin_of(yes_or_no(level_test("spoof", "UNKNOWN", "LIKELY")), 9.0, 9.0) > 20
    answer = likelihood_answer(SPEC, ("adult",), (0.9,))["safeSearchAnnotation"]
    assert answer["adult"] == "VERY_LIKELY"
    assert {answer[one] for one in ("spoof", "medical", "violence", "racy")} == {"UNKNOWN"}


def test_an_example_of_which_a_level_that_is_read_is_unknown_teaches_nothing():
    process = yes_or_no(level_test("adult", "LIKELY"))
    decision = compile_likelihoods(process, LABELS)
    known = torch.tensor([[False, True], [True, False]])
    assert decision.acceptable(torch.ones(2, 2), known).tolist() == [[True, True], [False, True]]


def test_what_levels_do_not_determine_is_refused():
    process = yes_or_no(level_test("adult", "LIKELY"))
    with pytest.raises(UsageError, match="decides on the categories adult, spoof"):
        compile_likelihoods(process, ("Violence",))
    counted = process_of(
        d.Cases((d.Case(d.CountAtLeast("a", 2), "yes"),), "no"),
        (d.Outcome("yes"), d.Outcome("no")),
        process.atoms,
    )
    with pytest.raises(UnsupportedError, match="a predicate 'count_at_least'"):
        compile_likelihoods(counted, LABELS)
    with pytest.raises(UsageError, match="2 categories, but rows of the shape"):
        compile_likelihoods(process, LABELS).decide(torch.zeros(1, 3))
