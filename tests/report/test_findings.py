from dataclasses import replace

import pytest

from chameleonapi.evaluation.record import Rate
from chameleonapi.report.changes import find_changes
from chameleonapi.report.confusion import confusion_table
from chameleonapi.report.findings import Verdict, find_headline, judge, stand
from report import samples

FOUND = samples.evaluation(480)


def with_difference(low, rate, high, relative):
    comparisons = tuple(
        replace(one, difference=Rate(rate, low, high), relative=relative)
        for one in FOUND.comparisons
    )
    return replace(FOUND, comparisons=comparisons)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.2, -0.01, Verdict.BETTER),
        (-0.2, 0.0, Verdict.UNCLEAR),
        (0.0, 0.1, Verdict.UNCLEAR),
        (0.01, 0.1, Verdict.WORSE),
    ],
)
def test_only_an_interval_beyond_zero_is_a_verdict(low, high, verdict):
    assert judge(Rate((low + high) / 2, low, high)) is verdict


def test_better_names_the_interval_and_the_strongest_rival():
    found = find_headline(with_difference(-0.083, -0.066, -0.049, -0.456))
    assert found.verdict is Verdict.BETTER
    assert found.short == "46% fewer wrong decisions"
    assert "\N{MINUS SIGN}6.6 percentage points" in found.sentence
    assert "95% interval \N{MINUS SIGN}8.3 to \N{MINUS SIGN}4.9) lies below zero" in found.sentence
    assert "The paper's loss" in found.rival
    assert found.rival.endswith("fewer wrong decisions, beyond the interval.")


def test_unclear_claims_nothing():
    found = find_headline(with_difference(-0.02, -0.004, 0.012, -0.03))
    assert found.short == "No difference beyond the interval"
    assert "cannot tell the two apart" in found.sentence
    assert "fewer" not in found.short + found.sentence


def test_worse_is_said():
    found = find_headline(with_difference(0.01, 0.02, 0.03, 0.2))
    assert (found.verdict, found.short) == (Verdict.WORSE, "20% more wrong decisions")
    assert find_headline(with_difference(0.01, 0.02, 0.03, None)).short == "More wrong decisions"


def test_without_a_paired_comparison_there_is_no_verdict():
    found = find_headline(replace(FOUND, comparisons=()))
    assert found.verdict is Verdict.UNCOMPARED
    assert "has no interval" in found.sentence
    alone = find_headline(replace(FOUND, methods=FOUND.methods[:1]))
    assert alone.verdict is Verdict.UNCOMPARED


def test_fixed_and_broken_from_examples_agree_with_the_record():
    recorded = stand(FOUND, "ours", "generic")
    counted = stand(replace(FOUND, comparisons=()), "ours", "generic")
    assert (counted.fixed, counted.broken) == (recorded.fixed, recorded.broken)
    assert counted.relative == pytest.approx(recorded.relative)
    assert counted.difference is None


def test_a_comparison_reads_the_other_way_round():
    turned = stand(FOUND, "generic", "ours")
    there = stand(FOUND, "ours", "generic")
    assert (turned.fixed, turned.broken) == (there.broken, there.fixed)
    assert turned.difference == Rate(
        -there.difference.rate, -there.difference.high, -there.difference.low
    )


def test_changes_are_those_of_the_record_and_show_every_outcome_first():
    found = find_changes(FOUND, "generic", "ours")
    there = stand(FOUND, "ours", "generic")
    assert (len(found.fixed), len(found.broken)) == (there.fixed, there.broken)
    kinds = [one.acceptable for one in found.fixed]
    assert len(set(kinds[: len(set(kinds))])) == len(set(kinds))


def test_matrix_colours_follow_the_share_of_the_row():
    method = replace(FOUND.methods[0], confusion=((3.0, 1.0), (0.0, 0.0)))
    found = replace(FOUND, outcomes=("a", "b"))
    table = confusion_table(found, method)
    (right, wrong), empty = table.rows[0][2], table.rows[1][2]
    assert (right.text, right.share, right.level, right.is_right) == ("3", "75%", 6, True)
    assert (wrong.text, wrong.share, wrong.level, wrong.is_right) == ("1", "25%", 4, False)
    assert [one.level for one in empty] == [0, 0]


def test_many_outcomes_are_folded_without_losing_an_example():
    size = 30
    names = tuple(f"o{i}" for i in range(size))
    matrix = tuple(tuple(float(i * j % 7) for j in range(size)) for i in range(size))
    weights = {name: float(i) for i, name in enumerate(names)}
    found = replace(FOUND, outcomes=names, data=replace(FOUND.data, outcome_weights=weights))
    table = confusion_table(found, replace(FOUND.methods[0], confusion=matrix))
    assert table.columns == (*names[-11:], "19 others")
    shown = sum(float(cell.text.replace(",", "")) for _, _, cells in table.rows for cell in cells)
    assert shown == sum(map(sum, matrix))
