import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from chameleonapi import decision as d
from chameleonapi.apis import LabelScores, get_api, label_answer
from chameleonapi.errors import UsageError
from chameleonapi.losses import compile_decision
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.smooth import FAR
from losses.decisions import (
    LABELS,
    PREDICATES,
    SCORED,
    THEN,
    in_api_order,
    multi_select,
    process,
    random_logits,
    row,
    served,
    true_false,
    yes_or_no,
)

VOCABULARY = (*strategies.LABELS, strategies.OUTSIDE, "Other")


def positive(margins, outcomes):
    return [
        [one for one, m in zip(outcomes, row, strict=True) if m > 0] for row in margins.tolist()
    ]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.processes(), st.integers(0, 10**6))
def test_the_sign_of_hard_margins_is_the_decision(drawn, seed):
    decision = compile_decision(drawn, VOCABULARY)
    logits = random_logits(12, VOCABULARY, seed=seed)
    margins = decision.margins(logits, temperature=0.0)
    expected = served(drawn, VOCABULARY, logits)
    assert positive(margins, decision.outcomes) == [[one] for one in expected]
    assert [decision.outcome_id(one) for one in decision.decide(logits).tolist()] == expected


@settings(deadline=None, max_examples=8)
@pytest.mark.parametrize("name", PREDICATES)
@given(
    seed=st.integers(0, 10**6),
    limit=st.sampled_from([None, 1, 2, 3, 7]),
    line=st.sampled_from([None, 0.0, 0.1, 0.6, 0.9]),
)
def test_every_predicate_agrees_with_the_interpreter(name, seed, limit, line):
    drawn = yes_or_no(
        PREDICATES[name], atoms=SCORED, automata=[THEN], max_results=limit, min_score=line
    )
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(12, seed=seed)
    expected = served(drawn, LABELS, logits)
    hard = decision.margins(logits, temperature=0.0)
    assert positive(hard, decision.outcomes) == [[one] for one in expected]
    assert [decision.outcome_id(one) for one in decision.decide(logits).tolist()] == expected


@pytest.mark.parametrize("name", PREDICATES)
def test_soft_margins_tend_to_hard_ones(name):
    drawn = yes_or_no(PREDICATES[name], atoms=SCORED, automata=[THEN])
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(200)
    logits = logits[(logits.abs() > 0.05).all(-1)]  # sums jump where a label is shown
    hard = decision.margins(logits, temperature=0.0)
    gap = (decision.margins(logits, temperature=1e-3) - hard).abs()
    assert gap.max() < 0.02


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0])
def test_margins_stay_finite_when_logits_are_extreme(temperature):
    logits = torch.tensor([[80.0, -80.0] * 4, [-80.0] * 8, [80.0] * 8])
    for predicate in PREDICATES.values():
        drawn = yes_or_no(predicate, atoms=SCORED, automata=[THEN], max_results=3)
        margins = compile_decision(drawn, LABELS).margins(logits, temperature=temperature)
        assert torch.isfinite(margins).all()


def test_a_margin_is_the_distance_to_the_other_decision():
    decision = compile_decision(true_false(), LABELS)
    assert decision.margins(row(apple=2.0, pear=1.0), temperature=0.0).tolist() == [[2.0, -2.0]]
    scored = compile_decision(
        yes_or_no(PREDICATES["exists, vague"], atoms=SCORED, min_score=0.5), LABELS
    )
    # 0.9 is at logit ln 9 = 2.197...: above it the element no longer counts
    assert scored.margins(row(apple=2.0), temperature=0.0)[0, 0].item() == pytest.approx(
        0.19722, abs=1e-4
    )


def test_order_is_the_difference_of_the_best_logits():
    decision = compile_decision(in_api_order(), LABELS)
    margins = decision.margins(row(apple=1.5, pear=1.0, paper=1.2, shirt=0.4), temperature=0.0)
    by_outcome = dict(zip(decision.outcomes, margins[0].tolist(), strict=True))
    assert by_outcome["fruit"] == pytest.approx(0.3)
    assert by_outcome["recycling"] == pytest.approx(-0.3)
    assert by_outcome["clothing"] == pytest.approx(-1.1)


def test_a_label_behind_the_limit_is_not_in_the_answer():
    decision = compile_decision(true_false(max_results=2), LABELS)
    shown = decision.margins(row(apple=1.0, dog=3.0, cat=0.4), temperature=0.0)
    cut = decision.margins(row(apple=1.0, dog=3.0, cat=2.0), temperature=0.0)
    assert shown[0, 0].item() == pytest.approx(0.6)  # until the cat passes it
    assert cut[0, 0].item() == pytest.approx(-1.0)  # until it passes the cat


def test_an_answer_without_results_decides_nothing():
    for predicate in (
        *PREDICATES.values(),
        d.Compare(d.Aggregate("mean", "labelAnnotations", d.Field("score")), d.IntervalSet(())),
    ):
        drawn = yes_or_no(predicate, atoms=SCORED, automata=[THEN], max_results=0)
        decision = compile_decision(drawn, LABELS)
        logits = random_logits(3)
        margins = decision.margins(logits, temperature=0.0)
        assert positive(margins, decision.outcomes) == [
            [one] for one in served(drawn, LABELS, logits)
        ]


def test_the_overshoot_does_not_grow_with_the_number_of_labels():
    labels = tuple(f"label {index}" for index in range(5000))
    some = d.Atom(
        "a", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("x").inverse()),)
    )
    decision = compile_decision(yes_or_no(d.Exists("a"), atoms=[some]), labels)
    logits = torch.full((1, 5000), -3.0)
    margin = decision.margins(logits, temperature=1.0)[0, 0].item()
    assert -3.0 < margin <= -2.0 + 1e-4


def test_outcomes_that_no_rule_reaches_are_never_decided():
    drawn = true_false().with_(outcomes=(d.Outcome("no"), d.Outcome("never"), d.Outcome("yes")))
    decision = compile_decision(drawn, LABELS)
    assert decision.outcomes == ("no", "never", "yes")
    assert (decision.margins(random_logits(5))[:, 1] == -FAR).all()


def test_a_process_without_cases_has_one_decision():
    decision = compile_decision(process(d.Cases((), "only")), LABELS)
    assert decision.decide(random_logits(3)).tolist() == [0, 0, 0]
    assert (decision.margins(random_logits(3)) == FAR).all()


def test_joint_outcomes_of_flags_are_indexed_by_bits():
    decision = compile_decision(multi_select(), LABELS)
    assert decision.outcomes[0] == "none"
    assert decision.outcomes[5] == "fruit+clothing"
    assert decision.decide(row(apple=1.0, shirt=1.0)).tolist() == [5]


def test_a_model_without_the_labels_never_fires():
    decision = compile_decision(in_api_order(), ("dog", "cat", "shirt"))
    margins = decision.margins(torch.randn(4, 3), temperature=0.5)
    assert (margins[:, 0] <= -FAR + 1).all()
    assert "fruit" not in {
        decision.outcome_id(one) for one in decision.decide(torch.randn(50, 3)).tolist()
    }


def test_an_empty_batch_is_no_error():
    for predicate in PREDICATES.values():
        decision = compile_decision(yes_or_no(predicate, atoms=SCORED, automata=[THEN]), LABELS)
        nothing = torch.zeros(0, len(LABELS))
        assert decision.margins(nothing).shape == (0, 2)
        assert decision.decide(nothing).shape == (0,)


@pytest.mark.parametrize(
    "api",
    [
        "aws.rekognition.detect_labels",
        "aws.rekognition.detect_moderation_labels",
        "google.vision.object_localization",
    ],
)
@given(seed=st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_other_providers_units_are_honoured(api, seed):
    facts = get_api(api)
    line = 0.8 * facts.score_scale
    tests = (
        d.LabelTest(facts.label_field, d.LabelSet.of("apple", "pear")),
        d.NumberTest(d.Field(facts.score_field), d.IntervalSet.at_least(line)),
    )
    atoms = (d.Atom("fruit", facts.main.path, tests),)
    total = d.Aggregate("sum", facts.main.path, d.Field(facts.score_field))
    rules = d.Flags(
        (
            d.Flag(d.Exists("fruit"), "one"),
            d.Flag(d.Compare(total, d.IntervalSet.at_least(2 * line)), "many"),
            d.Flag(d.ElementAt(-1, "fruit"), "last"),
        )
    )
    drawn = process(rules, atoms=atoms, api=api)
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(10, seed=seed)
    expected = served(drawn, LABELS, logits)
    assert positive(decision.margins(logits, temperature=0.0), decision.outcomes) == [
        [e] for e in expected
    ]
    assert [decision.outcome_id(one) for one in decision.decide(logits).tolist()] == expected


@given(seed=st.integers(0, 10**6), limit=st.sampled_from([None, 1, 3]))
@settings(deadline=None, max_examples=8)
def test_ties_are_decided_as_they_are_served(seed, limit):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randint(-1, 3, (8, len(LABELS)), generator=generator).float()
    numeric = (d.Compare,)
    for predicate in PREDICATES.values():
        if isinstance(predicate, numeric):
            continue  # sums of equal scores depend on the order of additions
        drawn = yes_or_no(predicate, atoms=SCORED, automata=[THEN], max_results=limit)
        decision = compile_decision(drawn, LABELS)
        found = [decision.outcome_id(one) for one in decision.decide(logits).tolist()]
        assert found == served(drawn, LABELS, logits)


def test_a_tie_at_the_cut_among_many_labels_keeps_the_order_of_the_labels():
    labels = tuple(f"label {index}" for index in range(40))
    some = d.Atom("a", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of(labels[1])),))
    drawn = yes_or_no(d.Exists("a"), atoms=[some], max_results=2)
    decision = compile_decision(drawn, labels)
    logits = torch.ones(1, 40)
    assert (
        decision.outcome_id(int(decision.decide(logits)))
        == served(drawn, labels, logits)[0]
        == "yes"
    )
    clear = torch.linspace(3, 1, 40)[None]
    assert (
        decision.outcome_id(int(decision.decide(clear))) == served(drawn, labels, clear)[0] == "yes"
    )


def test_a_score_just_below_the_line_in_single_precision_is_not_shown():
    # The single nearest to 0.55 is above it, the one below is not: clients compare doubles.
    drawn = true_false(min_score=0.55)
    decision = compile_decision(drawn, LABELS)
    for logit in torch.linspace(0.2006, 0.2008, 300):
        logits = torch.full((1, len(LABELS)), -9.0)
        logits[0, 0] = logit
        answer = label_answer(
            drawn.spec,
            LabelScores(LABELS, torch.sigmoid(logits[0]).tolist()),
            shown_score=drawn.shown_score,
        )
        assert decision.outcome_id(int(decision.decide(logits))) == drawn.decide(answer).id


def test_logits_of_another_width_are_refused():
    decision = compile_decision(true_false(), LABELS)
    with pytest.raises(UsageError, match=r"\(batch, 8\).*\(2, 3\) came"):
        decision.margins(torch.zeros(2, 3))
    with pytest.raises(UsageError, match="logits of app"):
        decision.decide(torch.zeros(2, 3))
    with pytest.raises(UsageError, match="must not be negative"):
        decision.margins(torch.zeros(2, 8), temperature=-1.0)


def test_cases_whose_first_matches_overlap_are_told_apart_by_their_order():
    rows = (
        d.Case(d.FirstAmong("fruit", ("fruit", "either")), "fruit"),
        d.Case(d.FirstAmong("either", ("fruit", "either")), "either"),
    )
    either = d.Atom(
        "either", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("pear", "glass")),)
    )
    drawn = process(d.Cases(rows, "none"), atoms=(SCORED[0], either))
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(50)
    expected = served(drawn, LABELS, logits)
    assert set(expected) == {"fruit", "either", "none"}
    hard = decision.margins(logits, temperature=0.0)
    assert positive(hard, decision.outcomes) == [[one] for one in expected]


@pytest.mark.parametrize("index", [0, 2, 7, 8])
@pytest.mark.parametrize("name", ["pair", "every", "nobody"])
def test_elements_at_places_beyond_a_small_class_or_vocabulary(name, index):
    atoms = (
        d.Atom("every", "labelAnnotations"),
        d.Atom("nobody", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("x")),)),
        d.Atom(
            "pair", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("dog", "cat")),)
        ),
    )
    drawn = yes_or_no(d.ElementAt(index, name), atoms=atoms)
    decision = compile_decision(drawn, LABELS)
    logits = torch.cat([random_logits(20), random_logits(20) + 4])
    hard = decision.margins(logits, temperature=0.0)
    assert positive(hard, decision.outcomes) == [[one] for one in served(drawn, LABELS, logits)]


def test_constants_follow_the_logits_to_their_device():
    buffer = Buffer(torch.arange(3))
    away = buffer.on(torch.device("meta"))
    assert away.device.type == "meta"
    assert buffer.on(torch.device("meta")) is away
    assert buffer.host.tolist() == [0, 1, 2]


def test_a_machine_with_many_labels_shown_agrees_too():
    labels = tuple(f"label {index}" for index in range(60))
    atoms = (
        d.Atom(
            "fruit", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of(*labels[::3])),)
        ),
        d.Atom(
            "clothing",
            "labelAnnotations",
            (d.LabelTest("description", d.LabelSet.of(*labels[1::9])),),
        ),
    )
    drawn = yes_or_no(d.AutomatonGives("then", "yes"), atoms=atoms, automata=[THEN], max_results=40)
    decision = compile_decision(drawn, labels)
    logits = random_logits(30, labels)
    logits[:, ::3] -= 4.0
    expected = served(drawn, labels, logits)
    assert set(expected) == {"yes", "no"}
    hard = decision.margins(logits, temperature=0.0)
    assert positive(hard, decision.outcomes) == [[one] for one in expected]


def test_half_precision_logits_are_judged_in_single_precision():
    decision = compile_decision(in_api_order(), LABELS)
    logits = random_logits(20, dtype=torch.bfloat16)
    margins = decision.margins(logits)
    assert margins.dtype is torch.float32
    assert margins.equal(decision.margins(logits.float()))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_gives_the_same():
    logits = random_logits(50)
    for name, predicate in PREDICATES.items():
        drawn = yes_or_no(predicate, atoms=SCORED, automata=[THEN], max_results=3)
        decision = compile_decision(drawn, LABELS)
        away = logits.cuda().requires_grad_()
        margins = decision.margins(away)
        margins.sum(0)[0].backward()
        assert torch.allclose(margins.cpu(), decision.margins(logits)), name
        assert decision.decide(away).cpu().equal(decision.decide(logits)), name
        assert torch.isfinite(away.grad).all(), name
