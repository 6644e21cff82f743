import math

import pytest
import torch

from chameleonapi import decision as d
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import build_loss, compile_decision, compile_loss, target_classes
from losses.decisions import (
    ATOMS,
    LABELS,
    NAMES,
    PREDICATES,
    SCORED,
    in_api_order,
    in_application_order,
    multi_select,
    present,
    process,
    row,
    true_false,
    yes_or_no,
)
from losses.test_acceptance import MANY, many_flags


def g(difference, slope=10.0):
    return 1 / (1 + math.exp(-slope * difference))


def scores(**by_label):
    logits = {name: math.log(score / (1 - score)) for name, score in by_label.items()}
    return row(rest=math.log(0.05 / 0.95), **logits)


def value(drawn, logits, *truth, slope=10.0, known=None):
    decision = compile_decision(drawn, LABELS)
    rows = present(truth)
    loss = build_loss(decision, "paper.v1", slope=slope)
    return loss(logits, decision.acceptable(rows, known), rows, known).item()


def test_true_false_by_hand():
    logits = scores(apple=0.3, pear=0.6)
    assert value(true_false(), logits, "pear") == pytest.approx(g(0.5 - 0.6))
    assert value(true_false(), logits, "dog") == pytest.approx(g(0.6 - 0.5))
    assert value(true_false(), logits, "pear", slope=4.0) == pytest.approx(g(0.5 - 0.6, 4.0))


def test_a_branch_on_absence_is_the_same_class():
    drawn = yes_or_no(d.Not(d.Exists("fruit")), kind=d.Kind.TRUE_FALSE)
    logits = scores(apple=0.3, pear=0.6)
    assert value(drawn, logits, "pear") == pytest.approx(g(0.5 - 0.6))
    assert value(drawn, logits, "dog") == pytest.approx(g(0.6 - 0.5))


def test_the_line_is_the_higher_of_service_and_application():
    drawn = yes_or_no(d.Exists("sure"), atoms=SCORED, kind=d.Kind.TRUE_FALSE)
    assert value(drawn, scores(apple=0.7), "apple") == pytest.approx(g(0.8 - 0.7))
    raised = true_false(min_score=0.9)
    assert value(raised, scores(apple=0.7), "apple") == pytest.approx(g(0.9 - 0.7))


def test_multi_select_adds_up_the_classes():
    logits = scores(apple=0.7, glass=0.8, shirt=0.2)
    expected = g(0.5 - 0.7) + g(0.8 - 0.5) + g(0.5 - 0.2)
    assert value(multi_select(), logits, "apple", "shirt") == pytest.approx(expected)


def test_many_flags_add_up_too():
    decision = compile_decision(many_flags(), MANY)
    rows = torch.zeros(1, 15, dtype=torch.bool)
    rows[0, 2] = True
    logits = torch.zeros(1, 15, dtype=torch.float64)
    loss = build_loss(decision, "paper.v1")(logits, decision.acceptable(rows), rows)
    assert loss.item() == pytest.approx(15 * g(0.0))


def test_choice_in_api_order_by_hand():
    logits = scores(apple=0.4, glass=0.7, shirt=0.6)
    drawn = in_api_order()
    # one class right: it should be seen, and not be beaten by the best wrong one
    assert value(drawn, logits, "apple") == pytest.approx(g(0.5 - 0.4) + g(0.7 - 0.5))
    assert value(drawn, logits, "glass") == pytest.approx(g(0.5 - 0.7) + g(0.6 - 0.7))
    # two classes right: either will do
    assert value(drawn, logits, "apple", "glass") == pytest.approx(g(0.5 - 0.7) + g(0.6 - 0.7))
    # all three right: nothing can beat them
    assert value(drawn, logits, "apple", "glass", "shirt") == pytest.approx(g(0.5 - 0.7))
    # none right: nothing should be seen
    assert value(drawn, logits, "dog") == pytest.approx(g(0.7 - 0.5))


def test_choice_in_application_order_by_hand():
    logits = scores(apple=0.4, glass=0.7, shirt=0.6)
    drawn = in_application_order()
    assert value(drawn, logits, "apple", "glass") == pytest.approx(g(0.5 - 0.4))
    assert value(drawn, logits, "glass", "shirt") == pytest.approx(g(0.5 - 0.7) + g(0.4 - 0.5))
    assert value(drawn, logits, "shirt") == pytest.approx(g(0.5 - 0.6) + g(0.7 - 0.5))
    assert value(drawn, logits, "dog") == pytest.approx(g(0.7 - 0.5))


def test_a_class_that_may_be_right_is_on_neither_side():
    logits = scores(apple=0.4, glass=0.7, shirt=0.6)
    known = torch.ones(1, 8, dtype=torch.bool)
    known[0, LABELS.index("glass")] = False
    # glass or nothing may be right; fruit and clothing are wrong
    api = value(in_api_order(), logits, "dog", known=known)
    assert api == pytest.approx(g(0.6 - 0.7))
    select = value(multi_select(), logits, "apple", known=known)
    assert select == pytest.approx(g(0.5 - 0.4) + g(0.6 - 0.5))
    # fruit comes before recycling, so that it must not fire in either case
    application = value(in_application_order(), logits, "shirt", known=known)
    assert application == pytest.approx(g(0.4 - 0.5))


def test_the_classes_are_derived_from_the_rules():
    classes = target_classes(compile_decision(in_api_order(), LABELS))
    assert [one.outcome for one in classes] == list(NAMES)
    assert [one.columns.host.tolist() for one in classes] == [[0, 1], [2, 3], [4]]
    joined = yes_or_no(d.Or((d.Exists("fruit"), d.Exists("clothing"))), kind=d.Kind.TRUE_FALSE)
    (only,) = target_classes(compile_decision(joined, LABELS))
    assert only.columns.host.tolist() == [0, 1, 4]
    first = yes_or_no(d.FirstAmong("fruit", ("fruit",)), kind=d.Kind.TRUE_FALSE)
    assert len(target_classes(compile_decision(first, LABELS))) == 1


def among(names):
    rows = tuple(d.Case(d.FirstAmong(one, (one, *names)), one) for one in ("fruit", "clothing"))
    return process(d.Cases(rows, "no"), kind=d.Kind.MULTI_CHOICE, order=d.Order.API)


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (yes_or_no(d.Exists("fruit"), kind=d.Kind.GENERAL), "no loss for a GENERAL decision"),
        (
            yes_or_no(d.CountAtLeast("fruit", 2), kind=d.Kind.TRUE_FALSE),
            "the predicate 'count_at_least'. Use 'robustness.v1'",
        ),
        (
            yes_or_no(PREDICATES["exists, vague"], atoms=SCORED, kind=d.Kind.TRUE_FALSE),
            "with an upper end",
        ),
        (
            yes_or_no(
                d.Or((d.Exists("sure"), d.Exists("fruit"))), atoms=SCORED, kind=d.Kind.TRUE_FALSE
            ),
            "several score lines",
        ),
        (among(("recycling",)), "whose classes do not meet"),
        (
            process(d.Flags((d.Flag(d.Or(()), "never"),)), kind=d.Kind.MULTI_SELECT, atoms=ATOMS),
            "the predicate 'or'",
        ),
        (in_application_order().with_(kind=d.Kind.TRUE_FALSE), "a TRUE_FALSE decision of 3 cases"),
        (multi_select().with_(kind=d.Kind.COUNT), "a COUNT decision of flags"),
    ],
)
def test_decisions_that_the_paper_does_not_know_are_refused(drawn, message):
    with pytest.raises(UnsupportedError, match=message):
        compile_loss(drawn, LABELS, "paper.v1")


def test_a_class_without_labels_in_the_model_is_named():
    with pytest.raises(UnsupportedError, match=r"without any label of the model \('fruit'\)"):
        compile_loss(in_api_order(), ("glass", "shirt"), "paper.v1")


def test_the_slope_is_above_zero():
    with pytest.raises(UsageError, match="slope must be above zero"):
        compile_loss(true_false(), LABELS, "paper.v1", slope=0.0)
