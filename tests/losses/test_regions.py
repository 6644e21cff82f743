import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.apis import NOT_THERE
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import compile_decision, compile_loss
from losses.region_decisions import (
    AREA,
    AWS,
    CENTRE,
    COUNT,
    GOOGLE,
    LABELS,
    PATHS,
    REGIONS,
    pictures,
    region_processes,
    served,
)

ROWS = 10


def yes_or_no(predicate, *atoms, api=GOOGLE):
    return d.DecisionProcess(
        "app",
        api,
        d.Span("app.py", 1),
        d.Kind.GENERAL,
        d.Cases((d.Case(predicate, "yes"),), "no"),
        (d.Outcome("yes"), d.Outcome("no")),
        tuple(atoms),
    )


def named(*labels, tests=(), api=GOOGLE):
    field = "name" if api == GOOGLE else "Name"
    return d.Atom("a", PATHS[api], (d.LabelTest(field, d.LabelSet(frozenset(labels))), *tests))


BIG = named("Cup", tests=(d.NumberTest(AREA, d.IntervalSet.at_least(0.25)),))


def picture(*things):
    """One row: (label, logit, box) for each region; every other label is far off there."""
    logits = torch.full((len(LABELS), REGIONS), -6.0, dtype=torch.float64)
    boxes = torch.zeros(REGIONS, 4, dtype=torch.float64)
    logits[:, len(things) :] = NOT_THERE
    for region, (label, logit, box) in enumerate(things):
        logits[LABELS.index(label), region] = logit
        boxes[region] = torch.tensor(box, dtype=torch.float64)
    return torch.cat([logits.flatten(), boxes.flatten()])[None]


def margin_of(process, row, temperature=0.0):
    decision = compile_decision(process, LABELS, regions=REGIONS)
    return float(decision.margins(row, temperature=temperature)[0, 0])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("api", [GOOGLE, AWS])
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_random_decisions_are_decided_as_on_the_served_answer(api, data, seed):
    process = data.draw(region_processes(api))
    decision = compile_decision(process, LABELS, regions=REGIONS)
    rows = pictures(ROWS, seed=seed)
    expected = served(process, rows)
    assert [decision.outcome_id(one) for one in decision.decide(rows).tolist()] == expected
    hard = decision.margins(rows, temperature=0.0)
    assert bool(torch.isfinite(hard).all())
    for row, outcome in zip(hard.tolist(), expected, strict=True):
        positive = [one for one, m in zip(decision.outcomes, row, strict=True) if m > 0]
        assert positive == [outcome]


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("api", [GOOGLE, AWS])
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_every_loss_has_finite_gradients(api, data, seed):
    process = data.draw(region_processes(api))
    decision = compile_decision(process, LABELS, regions=REGIONS)
    rows = pictures(ROWS, seed=seed, dtype=torch.float32).requires_grad_()
    decision.margins(rows).sum().backward()
    assert rows.grad is not None
    assert bool(torch.isfinite(rows.grad).all())


def test_a_count_hangs_on_the_region_that_is_missing():
    process = yes_or_no(d.CountAtLeast("a", 3), named("Cup"))
    some = (0.1, 0.1, 0.4, 0.4)
    row = picture(("Cup", 2.0, some), ("Cup", 1.0, some), ("Cup", -0.5, some))
    assert margin_of(process, row) == pytest.approx(-0.5)
    row = picture(("Cup", 2.0, some), ("Cup", 1.0, some), ("Cup", 0.25, some))
    assert margin_of(process, row) == pytest.approx(0.25)


def test_the_margin_of_a_place_is_the_way_of_the_box_in_logits():
    row = picture(("Cup", 9.0, (0.0, 0.0, 0.5, 0.52)))
    # 0.26 of the picture, 0.01 above the line, sixteen logits to one
    assert margin_of(yes_or_no(d.Exists("a"), BIG), row) == pytest.approx(0.16, abs=1e-4)


def test_gradients_go_through_the_box():
    decision = compile_decision(yes_or_no(d.Exists("a"), BIG), LABELS, regions=REGIONS)
    row = picture(("Cup", 9.0, (0.1, 0.1, 0.5, 0.5))).requires_grad_()
    decision.margins(row)[0, 0].backward()
    box = row.grad[0, len(LABELS) * REGIONS :][:4]
    assert box.tolist() == pytest.approx([-6.4, -6.4, 6.4, 6.4])


def test_a_box_of_another_label_has_no_gradient():
    decision = compile_decision(yes_or_no(d.Exists("a"), BIG), LABELS, regions=REGIONS)
    row = picture(("Cup", 9.0, (0.1, 0.1, 0.5, 0.5)), ("Dog", 9.0, (0.5, 0.5, 0.9, 0.9)))
    row.requires_grad_()
    decision.margins(row)[0, 0].backward()
    dog = row.grad[0, : len(LABELS) * REGIONS].reshape(len(LABELS), REGIONS)[LABELS.index("Dog")]
    assert not bool(dog.any())


def test_instances_are_counted_by_label():
    enough = named("Cup", api=AWS, tests=(d.NumberTest(COUNT, d.IntervalSet.at_least(2)),))
    process = yes_or_no(d.Exists("a"), enough, api=AWS)
    some = (0.1, 0.1, 0.4, 0.4)
    row = picture(("Cup", 2.0, some), ("Dog", 3.0, some), ("Cup", 0.5, some))
    line = float(torch.logit(torch.tensor(0.55, dtype=torch.float64)))
    assert margin_of(process, row) == pytest.approx(0.5 - line)


def test_what_is_right_follows_from_boxes():
    decision = compile_decision(yes_or_no(d.Exists("a"), BIG), LABELS, regions=REGIONS)
    things = [
        [d.TrueObject("Cup", (0.0, 0.0, 0.6, 0.6)), d.TrueObject("Dog", (0.5, 0.5, 1.0, 1.0))],
        [d.TrueObject("Cup", (0.0, 0.0, 0.2, 0.6)), d.TrueObject("Dog", (0.0, 0.0, 1.0, 1.0))],
        [],
    ]
    truths = [d.object_truth(decision.process.spec, one) for one in things]
    found = decision.acceptable_for(truths)
    assert found.tolist() == [[True, False], [False, True], [False, True]]


def test_instances_make_the_truth_of_a_label():
    enough = named("Cup", api=AWS, tests=(d.NumberTest(COUNT, d.IntervalSet.at_least(2)),))
    process = yes_or_no(d.Exists("a"), enough, api=AWS)
    cup = d.TrueObject("Cup", (0.0, 0.0, 0.6, 0.6))
    decision = compile_decision(process, LABELS, regions=REGIONS)
    truths = [d.object_truth(process.spec, one) for one in ([cup, cup], [cup], [cup, cup, cup], [])]
    assert decision.acceptable_for(truths)[:, 0].tolist() == [True, False, True, False]
    # a label that is known to be there without a box has no instance
    scene = d.object_truth(process.spec, [], labels=["Cup"])
    assert decision.acceptable_for([scene])[:, 0].tolist() == [False]


def test_labels_alone_are_no_truth_of_regions():
    decision = compile_decision(yes_or_no(d.Exists("a"), BIG), LABELS, regions=REGIONS)
    with pytest.raises(UsageError, match="acceptable_for"):
        decision.acceptable(torch.zeros(1, len(decision.labels), dtype=torch.bool))


def test_places_need_a_model_of_regions():
    with pytest.raises(UnsupportedError, match="normalizedVertices"):
        compile_decision(yes_or_no(d.Exists("a"), BIG), LABELS)
    with pytest.raises(UsageError, match="0 regions"):
        compile_decision(yes_or_no(d.Exists("a"), BIG), LABELS, regions=0)


def test_the_paper_has_a_loss_for_names_but_none_for_places():
    names = yes_or_no(d.Exists("a"), named("Cup"))
    names = names.with_(kind=d.Kind.TRUE_FALSE)
    loss = compile_loss(names, LABELS, "paper.v1", regions=REGIONS)
    rows = picture(("Cup", 2.0, (0.1, 0.1, 0.4, 0.4)))
    right = torch.tensor([[True, False]])
    nothing = torch.zeros_like(rows, dtype=torch.bool)
    assert float(loss(rows, right, nothing)) < float(loss(rows, ~right, nothing))
    placed = yes_or_no(d.Exists("a"), BIG).with_(kind=d.Kind.TRUE_FALSE)
    with pytest.raises(UnsupportedError, match="a test of a place"):
        compile_loss(placed, LABELS, "paper.v1", regions=REGIONS)


def test_centres_lead_to_one_of_several_places():
    left = named("Ball", tests=(d.NumberTest(CENTRE, d.IntervalSet.at_most(0.4)),))
    process = yes_or_no(d.FirstAmong("a", ("a",)), left)
    near, far = (0.0, 0.2, 0.2, 0.4), (0.8, 0.2, 1.0, 0.4)
    assert margin_of(process, picture(("Ball", 2.0, near))) > 0
    assert margin_of(process, picture(("Ball", 2.0, far))) < 0
    assert margin_of(process, picture(("Ball", 2.0, far), ("Ball", 1.0, near))) > 0
