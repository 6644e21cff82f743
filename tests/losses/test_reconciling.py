"""Two opinions on one decision, and scores moved to where both lead."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from chameleonapi import decision as d
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses import Reconciliation, can_reconcile, compile_decision
from chameleonapi.losses.reconciling import (
    CLEARANCE,
    MAX_OUTCOMES,
    MAX_PREDICATES,
    move_decisions,
    pool_opinions,
    reconcile,
)
from losses.decisions import (
    LABELS,
    PREDICATES,
    SCORED,
    THEN,
    atom,
    in_api_order,
    in_application_order,
    multi_select,
    process,
    random_logits,
    row,
    served,
    true_false,
    yes_or_no,
)
from losses.sentiment_worlds import CLASSES, class_processes, score_processes
from losses.test_acceptance import MANY, many_flags

VOCABULARY = (*strategies.LABELS, strategies.OUTSIDE, "Other")
USUAL = {
    "true-false": true_false(),
    "api": in_api_order(),
    "application": in_application_order(),
    "flags": multi_select(),
    "three results": in_api_order(max_results=3),
    "scores from 0.7": in_application_order(min_score=0.7),
}


def wishes(decision, logits):
    """Every row, once for each outcome."""
    count = len(decision.outcomes)
    return logits.repeat_interleave(count, 0), torch.arange(count).repeat(len(logits))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.processes(), st.integers(0, 10**6))
def test_a_row_is_moved_to_the_wish_or_stays_as_it_was(drawn, seed):
    decision = compile_decision(drawn, VOCABULARY)
    logits, wanted = wishes(decision, random_logits(3, VOCABULARY, seed=seed, dtype=torch.float32))
    before = logits.clone()
    moved = move_decisions(decision, logits, wanted)
    assert torch.equal(logits, before)
    stays = (moved == logits).all(1)
    served_now = served(drawn, VOCABULARY, moved[~stays])
    assert served_now == [decision.outcomes[one] for one in wanted[~stays].tolist()]
    assert stays[decision.decide(logits) == wanted].all()
    assert torch.isfinite(moved).all()


@pytest.mark.parametrize("name", USUAL)
def test_the_usual_decisions_can_always_be_had(name):
    decision = compile_decision(USUAL[name], LABELS)
    logits, wanted = wishes(decision, random_logits(40, dtype=torch.float32))
    moved = move_decisions(decision, logits, wanted)
    assert torch.equal(decision.decide(moved), wanted)
    expected = [decision.outcomes[one] for one in wanted.tolist()]
    assert served(USUAL[name], LABELS, moved) == expected


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(score_processes(), st.integers(0, 10**6))
def test_a_score_is_moved_to_every_wish_that_some_score_leads_to(drawn, seed):
    decision = compile_decision(drawn, ["score"])
    if decision.is_factored:
        return
    drawn_logits = 2 * torch.randn(10, 1, generator=torch.Generator().manual_seed(seed))
    logits, wanted = wishes(decision, drawn_logits)
    decided = decision.decide(move_decisions(decision, logits, wanted))
    # A stretch of one point, or at the very ends, lies between two logits.
    wide = set(decision.decide(torch.linspace(-6, 6, 400)[:, None]).tolist())
    reached = torch.tensor([one in wide for one in wanted.tolist()])
    assert (decided == wanted)[reached].float().mean() > 0.9 or not reached.any()
    stays = decided != wanted
    assert torch.equal(move_decisions(decision, logits, wanted)[stays], logits[stays])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(class_processes(), st.integers(0, 10**6))
def test_classes_are_moved_to_the_wish_or_stay_as_they_were(drawn, seed):
    decision = compile_decision(drawn, CLASSES)
    drawn_logits = 2 * torch.randn(10, 4, generator=torch.Generator().manual_seed(seed))
    logits, wanted = wishes(decision, drawn_logits)
    moved = move_decisions(decision, logits, wanted)
    missed = decision.decide(moved) != wanted
    assert torch.equal(moved[missed], logits[missed])
    assert torch.isfinite(moved).all()


def both_ways():
    """The predicates that are true of some random answers and false of others."""
    logits = random_logits(60, dtype=torch.float32)
    for name, predicate in PREDICATES.items():
        decision = compile_decision(yes_or_no(predicate, atoms=SCORED, automata=[THEN]), LABELS)
        if len(set(decision.decide(logits).tolist())) == 2:
            yield name, decision, logits


@pytest.mark.parametrize(("name", "decision", "logits"), list(both_ways()))
def test_most_wishes_are_met_whatever_is_asked(name, decision, logits):
    wanted = 1 - decision.decide(logits)
    met = decision.decide(move_decisions(decision, logits, wanted)) == wanted
    assert met.float().mean() > 0.5, name


def test_nearly_all_predicates_are_asked_both_ways():
    assert len(list(both_ways())) > 0.7 * len(PREDICATES)


def test_labels_move_no_further_than_they_must():
    decision = compile_decision(true_false(), LABELS)
    logits = row(apple=-2.0, pear=-0.5, glass=3.0).float()
    yes = move_decisions(decision, logits, torch.tensor([0]))
    assert yes[0].tolist() == pytest.approx([-2.0, CLEARANCE, *logits[0, 2:].tolist()])
    both = row(apple=1.0, pear=2.0, glass=3.0).float()
    no = move_decisions(decision, both, torch.tensor([1]))
    assert no[0].tolist() == pytest.approx([-CLEARANCE, -CLEARANCE, *both[0, 2:].tolist()])


def test_of_two_labels_in_order_each_goes_half_the_way():
    decision = compile_decision(in_api_order(), LABELS)
    logits = row(apple=2.0, paper=1.0).float()
    moved = move_decisions(decision, logits, torch.tensor([decision.outcomes.index("recycling")]))
    far = (1 + CLEARANCE) / 2
    assert moved[0, 0].item() == pytest.approx(2 - far)
    assert moved[0, LABELS.index("paper")].item() == pytest.approx(1 + far)
    untouched = [LABELS.index(one) for one in ("pear", "glass", "dog", "cat", "sky")]
    assert torch.equal(moved[0, untouched], logits[0, untouched])


def test_what_never_happens_is_not_wished_for():
    # nothing leads to the second outcome: the first case is always true
    drawn = yes_or_no(d.Always())
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(5, dtype=torch.float32)
    moved = move_decisions(decision, logits, torch.ones(5, dtype=torch.long))
    assert torch.equal(moved, logits)


def test_an_opinion_counts_what_it_is_given():
    decision = compile_decision(true_false(), LABELS)
    logits = row(apple=1.0).float()
    against = torch.tensor([[-3.0, 0.0]])
    for share in (0.1, 0.5, 2.0):
        margins = decision.margins(logits).log_softmax(1) + share * against.log_softmax(1)
        expected = int(margins.argmax())
        assert int(pool_opinions(decision, logits, against, share)) == expected
        assert int(decision.decide(reconcile(decision, logits, against, share))) == expected
    assert int(pool_opinions(decision, logits, against, 0.1)) == 0
    assert int(pool_opinions(decision, logits, against, 2.0)) == 1


@pytest.mark.parametrize("name", USUAL)
def test_a_row_is_answered_alike_alone_and_among_others(name):
    decision = compile_decision(USUAL[name], LABELS)
    logits = random_logits(30, dtype=torch.float32)
    opinion = torch.randn(30, len(decision.outcomes), generator=torch.Generator().manual_seed(1))
    together = reconcile(decision, logits, 3 * opinion, 1.0)
    alone = [
        reconcile(decision, logits[[one]], 3 * opinion[[one]], 1.0) for one in range(len(logits))
    ]
    assert torch.allclose(together, torch.cat(alone), atol=1e-6)
    assert not torch.equal(together, logits)


def test_a_reconciliation_is_the_same_and_checks_its_outcomes():
    drawn = in_application_order()
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(10, dtype=torch.float32)
    opinion = torch.randn(10, len(decision.outcomes), generator=torch.Generator().manual_seed(1))
    ready = Reconciliation(drawn, LABELS, decision.outcomes, 0.5)
    assert torch.equal(ready(logits, opinion), reconcile(decision, logits, opinion, 0.5))
    assert ready.size_bytes > 0
    other = Reconciliation(drawn, LABELS, ("fruit", "trash"), 0.5)
    with pytest.raises(UnsupportedError, match=r"has the outcomes fruit, .* on fruit, trash"):
        other(logits, opinion)


def test_only_few_outcomes_are_spoken_of():
    assert can_reconcile(true_false(), compile_decision(true_false(), LABELS))
    assert not can_reconcile(many_flags(), compile_decision(many_flags(), MANY))
    atoms = tuple(atom(f"a{one}", LABELS[one]) for one in range(7))
    flags = d.Flags(tuple(d.Flag(d.Exists(one.id), one.id) for one in atoms))
    seven = process(flags, kind=d.Kind.MULTI_SELECT, atoms=atoms)
    decision = compile_decision(seven, LABELS)
    assert not decision.is_factored
    assert len(decision.outcomes) > MAX_OUTCOMES
    assert not can_reconcile(seven, decision)


def test_a_decision_that_would_cost_much_in_every_request_is_refused_before_it_is_compiled():
    a = atom("a", LABELS[0])
    for count, is_refused in ((MAX_PREDICATES - 1, False), (MAX_PREDICATES, True)):
        long = process(d.Cases((d.Case(d.Or((d.Exists("a"),) * count), "yes"),), "no"), atoms=(a,))
        ready = Reconciliation(long, LABELS, ("yes", "no"), 0.5)
        if is_refused:
            with pytest.raises(UnsupportedError, match="made of more than 256 predicates"):
                _ = ready.decision
        else:
            assert can_reconcile(long, ready.decision)
