"""Decisions on sentiment: compiled, they decide as the interpreter does on what is served."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import (
    SCORE,
    class_answer,
    class_shares,
    compile_decision,
    compile_loss,
    score_answer,
    served_scores,
)
from losses.sentiment_worlds import (
    AWS,
    CLASSES,
    GOOGLE,
    cases,
    class_processes,
    score_processes,
    share,
)
from losses.sentiment_worlds import SCORE as FIELD

LABELS = (SCORE,)
RUNS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GLAD = d.Compare(FIELD, d.IntervalSet((d.Interval(0.25, None),)))
MIDDLE = d.Compare(FIELD, d.IntervalSet((d.Interval(-0.25, 0.25, low_open=True),)))


def scores_of(rows, seed):
    """Logits of all sizes, and some whose scores lie on the tidy borders or right beside them."""
    generator = torch.Generator().manual_seed(seed)
    border = torch.tensor([-0.75, -0.5, -0.25, 0.0, 0.25, 0.5])
    near = torch.logit((border + 1) / 2)
    near = torch.cat([near, near + 1e-6, near - 1e-6])
    return torch.cat([2 * torch.randn(rows, generator=generator), near])[:, None]


def served_score(process, logits):
    return [process.decide(score_answer(one)).id for one in served_scores(logits[:, 0]).tolist()]


def served_class(process, logits):
    answers = [class_answer(CLASSES, one) for one in class_shares(logits).tolist()]
    return [process.decide(one).id for one in answers]


@given(score_processes(), st.integers(0, 9999))
@RUNS
def test_a_decision_on_a_score_is_that_of_the_served_answer(process, seed):
    decision = compile_decision(process, LABELS)
    logits = scores_of(40, seed)
    found = [decision.outcome_id(one) for one in decision.decide(logits).tolist()]
    assert found == served_score(process, logits)


@given(class_processes(), st.integers(0, 9999))
@RUNS
def test_a_decision_on_classes_is_that_of_the_served_answer(process, seed):
    decision = compile_decision(process, CLASSES)
    logits = 2 * torch.randn(40, 4, generator=torch.Generator().manual_seed(seed))
    found = [decision.outcome_id(one) for one in decision.decide(logits).tolist()]
    assert found == served_class(process, logits)


@given(score_processes(), st.integers(0, 9999))
@RUNS
def test_hard_margins_on_a_score_decide(process, seed):
    decision = compile_decision(process, LABELS)
    logits = scores_of(40, seed)[:40].double()
    _check_margins(decision, logits)


@given(class_processes(), st.integers(0, 9999))
@RUNS
def test_hard_margins_on_classes_decide(process, seed):
    decision = compile_decision(process, CLASSES)
    generator = torch.Generator().manual_seed(seed)
    _check_margins(decision, 2 * torch.randn(40, 4, generator=generator, dtype=torch.float64))


def _check_margins(decision, logits):
    margins = decision.margins(logits, temperature=0.0)
    clear = margins.abs().amin(1) > 1e-4
    decided = decision.decide(logits)
    picked = margins.gather(1, decided[:, None])[:, 0]
    assert bool((picked[clear] > 0).all())
    others = margins.scatter(1, decided[:, None], -1.0)
    assert bool((others[clear] < 1e-9).all())
    soft = decision.margins(logits, temperature=1e-4)
    torch.testing.assert_close(soft, margins, atol=1e-2, rtol=0)


@given(score_processes(), st.integers(0, 9999))
@RUNS
def test_a_perfect_answer_is_right(process, seed):
    decision = compile_decision(process, LABELS)
    degree = torch.sigmoid(scores_of(40, seed)).float()
    right = decision.acceptable(degree)
    assert bool((right.sum(1) == 1).all())
    expected = [process.decide(score_answer(one)).id for one in (2 * degree[:, 0] - 1).tolist()]
    assert [decision.outcomes[one] for one in right.long().argmax(1).tolist()] == expected


@given(class_processes())
@RUNS
def test_a_perfect_class_is_right(process):
    decision = compile_decision(process, CLASSES)
    right = decision.acceptable(torch.eye(4, dtype=torch.bool))
    for row, label in enumerate(CLASSES):
        answer = class_answer(CLASSES, [float(one == label) for one in CLASSES])
        assert right[row].sum() == 1
        assert decision.outcomes[int(right[row].long().argmax())] == process.decide(answer).id


@given(st.one_of(score_processes(), class_processes()), st.integers(0, 9999))
@RUNS
def test_nothing_changes_between_crossings(process, seed):
    """What thresholds are searched by: the decision is constant from one crossing to the next."""
    labels = LABELS if process.api == GOOGLE else CLASSES
    decision = compile_decision(process, labels)
    logits = torch.randn(6, len(labels), generator=torch.Generator().manual_seed(seed)).double()
    crossings = decision.crossings(logits, [0])
    grid = torch.linspace(-3, 3, 61, dtype=torch.float64)
    for row in range(len(logits)):
        shifted = logits[row].repeat(len(grid), 1)
        shifted[:, 0] += grid
        decided = decision.decide(shifted)
        for place in (decided[1:] != decided[:-1]).nonzero()[:, 0].tolist():
            low, high = grid[place] - 1e-5, grid[place + 1] + 1e-5
            assert bool(((crossings[row] >= low) & (crossings[row] <= high)).any())


def test_what_is_not_known_may_be_anything():
    decision = compile_decision(cases(GOOGLE, GLAD), LABELS)
    right = decision.acceptable(torch.tensor([[0.9], [0.9]]), torch.tensor([[True], [False]]))
    assert right.tolist() == [[True, False], [True, True]]
    praise = d.Atom("a", "", (d.LabelTest("Sentiment", d.LabelSet(frozenset({"POSITIVE"}))),))
    decision = compile_decision(cases(AWS, d.Exists("a"), atoms=(praise,)), CLASSES)
    present = torch.zeros(3, 4, dtype=torch.bool)
    present[0, 1] = True
    known = torch.tensor([[False, True, False, False], [True, False, False, False], [False] * 4])
    assert decision.acceptable(present, known).tolist() == [
        [False, True],
        [False, True],
        [True, True],
    ]


def test_borders_are_exact_to_the_last_bit():
    decision = compile_decision(cases(GOOGLE, GLAD, MIDDLE), LABELS)
    assert decision.outcomes == ("o0", "o1", "rest")
    assert decision.cells == (2, 1, 0)
    assert decision.starts.host.tolist() == [
        -1.0,
        torch.nextafter(
            torch.tensor(-0.25, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64)
        ).item(),
        0.25,
    ]


@pytest.mark.parametrize("labels", [LABELS, CLASSES])
@pytest.mark.parametrize("name", ["robustness.v1", "bce.v1", "basic.v1"])
def test_losses_have_true_gradients(labels, name):
    if labels == LABELS:
        process, present = cases(GOOGLE, GLAD, MIDDLE), torch.tensor([[0.9], [0.5], [0.1]])
    else:
        sure = d.Compare(share("NEGATIVE"), d.IntervalSet((d.Interval(0.6, None),)))
        process, present = cases(AWS, sure), torch.eye(4, dtype=torch.bool)[:3]
    decision = compile_decision(process, labels)
    loss = compile_loss(process, labels, name)
    acceptable = decision.acceptable(present)
    logits = torch.randn(3, len(labels), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda rows: loss(rows, acceptable, present), (logits,))


def test_going_to_the_right_side_costs_less():
    process = cases(GOOGLE, GLAD, MIDDLE)
    decision, loss = compile_decision(process, LABELS), compile_loss(process, LABELS)
    right = decision.acceptable(torch.tensor([[0.5]]))
    far, near, inside = (
        float(loss(torch.tensor([[one]]), right, torch.tensor([[0.5]]))) for one in (3.0, 1.0, 0.0)
    )
    assert far > near > inside


@pytest.mark.parametrize(
    ("process", "message"),
    [
        (
            cases(GOOGLE, d.Compare(d.Field("documentSentiment.magnitude"), GLAD.accepts)),
            "the field 'documentSentiment.magnitude'",
        ),
        (cases(GOOGLE, d.LengthAtLeast("sentences", 2)), "the elements of 'sentences'"),
        (
            cases(GOOGLE, d.Compare(d.Aggregate("count", "sentences"), GLAD.accepts)),
            "the list 'sentences'",
        ),
        (
            cases(
                AWS,
                d.Compare(d.Arithmetic("-", share("POSITIVE"), share("NEGATIVE")), GLAD.accepts),
            ),
            "something else than the share of a class",
        ),
        (cases(AWS, d.LengthAtLeast("", 2)), "a predicate 'length_at_least'"),
    ],
)
def test_what_the_score_does_not_determine_is_refused(process, message):
    with pytest.raises(UnsupportedError, match=message):
        compile_decision(process, LABELS if process.api == GOOGLE else CLASSES)


def test_other_labels_and_losses_are_refused():
    process = cases(GOOGLE, GLAD)
    with pytest.raises(UsageError, match="a model of the labels POSITIVE"):
        compile_decision(process, CLASSES)
    with pytest.raises(UsageError, match="on the classes POSITIVE, NEGATIVE, NEUTRAL, MIXED"):
        compile_decision(cases(AWS, d.Always()), LABELS)
    with pytest.raises(UnsupportedError, match="is a loss of labels"):
        compile_loss(process, LABELS, "paper.v1")
    with pytest.raises(UsageError, match="decides on one score"):
        compile_decision(process, LABELS).decide(torch.zeros(1, 4))
    with pytest.raises(UsageError, match="decides on 4 classes"):
        compile_decision(cases(AWS, d.Always()), CLASSES).decide(torch.zeros(1, 1))
