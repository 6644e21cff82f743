"""Decisions on what texts name: exact ones, margins and losses."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.apis import Mention, Mentions
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import build_loss, compile_decision, compile_entities
from losses.entity_decisions import (
    AWS,
    GOOGLE,
    NAME,
    PATHS,
    PLACES,
    TYPE,
    TYPES,
    entity_processes,
    served,
    texts,
)

TEXTS = 12


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


def typed(*types, name="a", tests=(), api=GOOGLE):
    return d.Atom(name, PATHS[api], (d.LabelTest(TYPE[api], d.LabelSet(frozenset(types))), *tests))


def text(*rows):
    """A text whose mentions have these words and logits."""
    mentions = [Mention.at(word, 10 * place, 100) for place, (word, *_) in enumerate(rows)]
    return Mentions(TYPES, mentions, [list(row[1:]) for row in rows])


def margin_of(process, found, temperature=0.0):
    decision = compile_entities(process, TYPES, PLACES)
    return float(decision.margins(decision.rows([found]), temperature=temperature)[0, 0])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("api", [GOOGLE, AWS])
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_random_decisions_are_decided_as_on_the_served_answer(api, data, seed):
    process = data.draw(entity_processes(api))
    decision = compile_entities(process, TYPES, PLACES)
    found = texts(TEXTS, seed)
    rows = decision.rows(found)
    expected = served(process, found)
    assert [decision.outcome_id(one) for one in decision.decide(rows).tolist()] == expected
    hard = decision.margins(rows, temperature=0.0)
    assert bool(torch.isfinite(hard).all())
    for row, outcome in zip(hard.tolist(), expected, strict=True):
        assert [one for one, m in zip(decision.outcomes, row, strict=True) if m > 0] == [outcome]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("api", [GOOGLE, AWS])
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_soft_margins_tend_to_hard_ones_and_have_gradients(api, data, seed):
    process = data.draw(entity_processes(api))
    decision = compile_entities(process, TYPES, PLACES)
    rows = decision.rows(texts(4, seed)).double()
    hard = decision.margins(rows, temperature=0.0)
    assert torch.allclose(decision.margins(rows, temperature=1e-4), hard, atol=0.05)
    rows.requires_grad_(requires_grad=True)
    decision.margins(rows, temperature=1.0).sum().backward()
    assert bool(torch.isfinite(rows.grad).all())
    width = len(TYPES) * PLACES
    assert not bool(rows.grad[:, width:].any())  # what is passed besides does not hang on logits


def test_the_margin_of_a_type_is_its_lead_over_the_others_and_over_none():
    process = yes_or_no(d.Exists("a"), typed("PERSON"))
    assert margin_of(process, text(("Ann", 3.0, 1.0, -2.0))) == pytest.approx(2.0)
    assert margin_of(process, text(("Ann", 3.0, -1.0, -2.0))) == pytest.approx(3.0)
    assert margin_of(process, text(("Ann", -0.5, -1.0, -2.0))) == pytest.approx(-0.5)
    assert margin_of(process, text(("Ann", -9.0, 1.0, 0), ("Bo", -1.0, -3.0, -3.0))) == -1.0
    assert margin_of(process, text()) < -20


def test_mentions_of_one_name_are_one_entity_for_google_and_two_for_amazon():
    for api, count in ((GOOGLE, 1), (AWS, 2)):
        found = text(("Rome", -1.0, 3.0, -1.0), ("rome", -1.0, 1.0, -1.0))
        for least in (1, 2):
            process = yes_or_no(d.CountAtLeast("a", least), typed("LOCATION", api=api), api=api)
            assert (margin_of(process, found) > 0) is (least <= count)
    process = yes_or_no(d.Exists("a"), typed("LOCATION"))
    assert margin_of(process, found) == pytest.approx(2.0)  # the mean of both


def test_who_comes_first_hangs_on_what_is_named_at_all():
    """The first entity is in doubt: if it names nothing, the second one is first."""
    process = yes_or_no(d.ElementAt(0, "a"), typed("PERSON"))
    found = text(("Rome", -2.0, 0.75, -2.0), ("Ann", 4.0, -2.0, -2.0))
    assert margin_of(process, found) == pytest.approx(-0.75)
    assert margin_of(process, text(("Ann", 4.0, -2.0, -2.0))) == pytest.approx(4.0)


def test_a_share_is_a_line_for_the_logit():
    atom = typed(
        "PERSON", api=AWS, tests=(d.NumberTest(d.Field("Score"), d.IntervalSet.at_least(0.8)),)
    )
    process = yes_or_no(d.Exists("a"), atom, api=AWS)
    line = float(torch.logit(torch.tensor(0.8, dtype=torch.float64)))
    found = text(("Ann", 3.0, -1.0, -2.0))
    assert margin_of(process, found) == pytest.approx(3.0 - line, abs=1e-5)


def test_names_do_not_hang_on_the_model():
    atom = d.Atom("a", "entities", (d.LabelTest(NAME[GOOGLE], d.LabelSet(frozenset({"Rome"}))),))
    process = yes_or_no(d.Exists("a"), atom)
    assert margin_of(process, text(("Ann", 9.0, -1.0, -1.0))) < -20
    assert margin_of(process, text(("Rome", -1.0, 2.5, -1.0))) == pytest.approx(2.5)


def test_right_is_what_the_perfect_answer_leads_to():
    process = yes_or_no(d.CountAtLeast("a", 2), typed("PERSON"))
    decision = compile_entities(process, TYPES, PLACES)
    passage = d.Passage(
        "Ann met Bo.", (d.TrueEntity("PERSON", 0, 3), d.TrueEntity("PERSON", 8, 10))
    )
    found = decision.acceptable_for([passage, d.Passage("Ann left.", passage.entities[:1])])
    assert found.tolist() == [[True, False], [False, True]]


def test_training_moves_decisions_to_the_right_side():
    process = yes_or_no(d.ElementAt(0, "a"), typed("PERSON"))
    decision = compile_entities(process, TYPES, PLACES)
    rows = decision.rows(texts(40, 1))
    acceptable = torch.zeros(len(rows), 2, dtype=torch.bool)
    acceptable[:, 0] = True
    there = rows[:, 0] > -30
    acceptable[~there] = torch.tensor([False, True])
    shift = torch.zeros(rows.shape[1], requires_grad=True)
    loss = build_loss(decision, "robustness.v1")
    for _ in range(200):
        total = loss(rows + shift, acceptable, torch.zeros_like(rows).bool())
        (gradient,) = torch.autograd.grad(total, shift)
        shift = (shift - 0.5 * gradient).detach().requires_grad_(requires_grad=True)
    before = decision.is_correct(rows, acceptable).float().mean()
    after = decision.is_correct(rows + shift, acceptable).float().mean()
    assert before < 0.7
    assert after > 0.95


def test_shifts_are_searched_where_decisions_turn():
    process = yes_or_no(d.Exists("a"), typed("PERSON"))
    decision = compile_entities(process, TYPES, PLACES)
    row = decision.rows([text(("Ann", -0.5, 1.25, -2.0))])
    columns = list(range(PLACES))  # of the first type
    crossings = decision.crossings(row, columns)[0]
    assert any(abs(float(one) - 1.75) < 1e-6 for one in crossings)
    shifted = row.clone()
    for shift, outcome in ((1.7, "no"), (1.8, "yes")):
        shifted[:, :PLACES] = row[:, :PLACES] + shift
        assert decision.outcome_id(int(decision.decide(shifted)[0])) == outcome


@pytest.mark.parametrize(
    ("process", "told"),
    [
        (
            yes_or_no(
                d.Compare(
                    d.Aggregate("max", "entities", d.Field("salience")), d.IntervalSet.at_least(0.5)
                )
            ),
            "a predicate 'compare'",
        ),
        (
            yes_or_no(d.Exists("a"), d.Atom("a", "Syntax", ()), api=AWS),
            "reads 'Syntax' of the answer",
        ),
    ],
)
def test_what_types_do_not_determine_is_refused(process, told):
    with pytest.raises(UnsupportedError, match=told):
        compile_entities(process, TYPES, PLACES)


def test_types_of_another_api_and_losses_of_labels_are_refused():
    process = yes_or_no(d.Exists("a"), typed("PERSON"))
    with pytest.raises(UsageError, match="a model of TITLE came"):
        compile_entities(process, ("TITLE",), PLACES)
    decision = compile_decision(process, TYPES, regions=PLACES)
    with pytest.raises(UnsupportedError, match="a loss of labels of whole inputs"):
        build_loss(decision, "paper.v1")
    with pytest.raises(UsageError, match="rows of 24 numbers"):
        decision.decide(torch.zeros(2, 5))
    with pytest.raises(UsageError, match="acceptable_for"):
        decision.acceptable(torch.zeros(1, 24).bool())
