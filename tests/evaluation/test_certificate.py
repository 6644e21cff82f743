import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.errors import DataError, RecordError, UsageError
from chameleonapi.evaluation import (
    DataSummary,
    Evaluation,
    ExampleResult,
    MethodResult,
    Rate,
    certify,
    find_abstention,
)
from chameleonapi.evaluation.bounds import (
    Stratum,
    binomial_tail,
    binomial_upper,
    stratified_upper,
)


def evaluation(found, outcomes=("a", "b")):
    """Make a record from pairs: what is right, what ours decided."""
    rate = Rate(0.0, 0.0, 0.0)
    return Evaluation(
        application="app",
        api="google.vision.label_detection",
        kind="TRUE_FALSE",
        process_digest="p",
        outcomes=outcomes,
        data=DataSummary("d", "digest", "test", len(found), {}),
        methods=(MethodResult("ours", "Ours", rate, rate, (), {}),),
        comparisons=(),
        examples=tuple(
            ExampleResult(str(i), "", (), right, {"ours": decided})
            for i, (right, decided) in enumerate(found)
        ),
        seed=0,
    )


def test_exact_bounds_match_the_published_table():
    # No error among 100: 1 - 0.05^(1/100); Clopper and Pearson's one-sided bound otherwise.
    assert binomial_upper(0, 100, 0.05) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert binomial_upper(10, 200, 0.05) == pytest.approx(0.083335, abs=1e-6)
    assert binomial_upper(5, 5, 0.05) == 1.0


@given(st.integers(1, 60), st.data())
def test_the_binomial_bound_is_where_the_tail_is_as_likely_as_the_miss(examples, data):
    wrong = data.draw(st.integers(0, examples - 1))
    miss = data.draw(st.floats(0.001, 0.5))
    upper = binomial_upper(wrong, examples, miss)
    assert binomial_tail(wrong, examples, upper) == pytest.approx(miss, rel=1e-3)


def test_one_stratum_is_exact_and_several_are_bounded_together():
    alone = stratified_upper([Stratum(1500, 90, 1.0)], 0.05)
    assert alone == pytest.approx(binomial_upper(90, 1500, 0.05))
    parts = [Stratum(300, 18, 0.2)] * 5
    one_by_one = sum(0.2 * binomial_upper(18, 300, 0.05 / 5) for _ in parts)
    assert 0.06 < alone < stratified_upper(parts, 0.05) < one_by_one


@pytest.mark.parametrize(("sizes", "wrong"), [((3, 2), (0, 1)), ((4, 3), (1, 0)), ((2, 2), (0, 0))])
def test_the_stratified_bound_covers_every_pair_of_rates(sizes, wrong):
    """For small strata the chance of a miss is summed exactly, over a grid of true rates."""
    weights = (0.7, 0.3)
    upper = {
        seen: stratified_upper(
            [Stratum(n, k, w) for n, k, w in zip(sizes, seen, weights, strict=True)], 0.2
        )
        for seen in itertools.product(*(range(n + 1) for n in sizes))
    }
    for rates in itertools.product([i / 10 for i in range(11)], repeat=2):
        true = sum(w * r for w, r in zip(weights, rates, strict=True))
        missed = sum(
            math.prod(
                math.comb(n, k) * r**k * (1 - r) ** (n - k)
                for n, k, r in zip(sizes, seen, rates, strict=True)
            )
            for seen, bound in upper.items()
            if bound < true - 1e-9
        )
        assert missed <= 0.2 + 1e-9
    assert 0 < upper[wrong] <= 1


def test_a_certificate_holds_on_200_samples_and_says_something():
    """Of 200 evaluations drawn anew, at most as many as promised exceed the true rate."""
    rng = random.Random(7)
    rates = {("a",): 0.04, ("b",): 0.15, ("a", "b"): 0.02}
    mix = {("a",): 0.7, ("b",): 0.2, ("a", "b"): 0.1}
    natural = sum(mix[one] * rates[one] for one in rates)
    missed = {"natural": 0, "balanced": 0, "b": 0}
    uppers = []
    for _ in range(200):
        found = []
        for right in rng.choices(list(mix), weights=list(mix.values()), k=400):
            wrong = rng.random() < rates[right]
            found.append((right, "wrong" if wrong else right[0]))
        made = certify(evaluation(found), confidence=0.9)
        counts = {one: sum(right == one for right, _ in found) for one in mix}
        shares = {o: sum(counts[one] / len(one) for one in counts if o in one) for o in ("a", "b")}
        balanced = sum(
            counts[one] * rates[one] * sum(1 / (len(one) * shares[o]) for o in one) / 2
            for one in counts
        )
        missed["natural"] += made.natural.upper < natural
        missed["balanced"] += made.balanced.upper < balanced
        only_b = (counts[("b",)] * 0.15 + counts[("a", "b")] * 0.02) / (
            counts[("b",)] + counts[("a", "b")]
        )
        missed["b"] += made.outcomes["b"].upper < only_b
        uppers.append(made.natural.upper)
    # 10% may be missed: 20 of 200, plus three standard deviations of the count.
    assert all(count <= 33 for count in missed.values())
    assert sum(uppers) / 200 < 2 * natural


def test_choosing_among_several_costs_confidence():
    found = [(("a",), "a")] * 95 + [(("a",), "b")] * 5
    alone = certify(evaluation(found))
    chosen = certify(evaluation(found), chosen_among=6)
    assert alone.natural.rate == chosen.natural.rate == 0.05
    assert alone.natural.upper < chosen.natural.upper


def test_the_balanced_rate_is_that_of_the_evaluation():
    found = [(("a",), "a")] * 90 + [(("a",), "b")] * 10 + [(("b",), "b")] * 5 + [(("b",), "a")] * 5
    made = certify(evaluation(found))
    assert made.balanced.rate == pytest.approx((0.1 + 0.5) / 2)
    assert made.to_json()["schema"] == "chameleonapi.certificate/1"


def test_bad_arguments_are_refused_with_what_came():
    record = evaluation([(("a",), "a")])
    with pytest.raises(UsageError, match=r"1\.5 came"):
        certify(record, confidence=1.5)
    with pytest.raises(UsageError, match="0 came"):
        certify(record, chosen_among=0)
    with pytest.raises(UsageError, match="1,000,000"):
        certify(record, chosen_among=10**400)
    with pytest.raises(RecordError, match="other"):
        certify(record, "other")
    with pytest.raises(DataError, match="no examples"):
        certify(evaluation([]))


def draw(rng, count):
    """Draw decisions that are wrong more often where the margin is small."""
    margins = [rng.expovariate(1) for _ in range(count)]
    return margins, [rng.random() < 0.5 * math.exp(-1.5 * one) for one in margins]


def test_answering_only_what_is_sure_keeps_the_bound_on_200_samples():
    rng = random.Random(3)
    margins, wrong = draw(rng, 20_000)
    broken, coverage = 0, []
    for _ in range(200):
        found = find_abstention(*draw(rng, 800), at_most=0.08, confidence=0.9)
        if found is None:
            coverage.append(0.0)
            continue
        answered = [bad for one, bad in zip(margins, wrong, strict=True) if one >= found.margin]
        broken += sum(answered) / len(answered) > 0.08
        coverage.append(found.coverage)
    assert broken <= 33
    # The most that could be answered, if the truth were known, is 54%.
    assert 0.3 < sum(coverage) / 200 < 0.54


def test_a_bound_that_cannot_be_kept_is_not_promised():
    rng = random.Random(1)
    margins = [rng.random() for _ in range(300)]
    assert find_abstention(margins, [rng.random() < 0.3 for _ in margins], at_most=0.05) is None
    # Even without an error, twenty examples cannot prove 5%.
    assert find_abstention([1.0] * 20, [False] * 20, at_most=0.05) is None


def test_everything_is_answered_where_that_keeps_the_bound():
    found = find_abstention([1.0, 2.0] * 200, [False] * 400, at_most=0.05)
    assert found is not None
    assert found.coverage == 1.0
    assert found.margin == -math.inf


@pytest.mark.parametrize("given", [{"at_most": 0.0}, {"at_most": 0.1, "confidence": 1.0}])
def test_impossible_bounds_are_refused(given):
    with pytest.raises(UsageError, match="between 0 and 1"):
        find_abstention([1.0], [False], **given)
    with pytest.raises(DataError, match="2 margins for 1"):
        find_abstention([1.0, 2.0], [False], at_most=0.1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"acceptable": []}, "at least one"),
        ({"acceptable": ["elsewhere"]}, "elsewhere"),
        ({"decided": {}}, "expected one of each"),
        ({"margins": {"ours": float("nan")}}, "must be numbers"),
        ({"margins": {"theirs": 1.0}}, "must be numbers"),
    ],
)
def test_a_record_whose_examples_make_no_sense_is_refused(change, words):
    data = evaluation([(("a",), "a")]).to_json()
    assert Evaluation.from_json(data).examples
    data["examples"][0].update(change)
    with pytest.raises(RecordError, match=words):
        Evaluation.from_json(data)
