import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from rich.console import Console

from chameleonapi.evaluation import certify
from chameleonapi.evaluation.record import Rate
from chameleonapi.report import SavedReport
from chameleonapi.report.drawing.curve import curve_svg
from chameleonapi.report.drawing.reliability import reliability_svg
from chameleonapi.report.drawing.scale import axis, spread
from chameleonapi.report.drawing.steps import steps_svg
from chameleonapi.report.findings import ours_of
from chameleonapi.report.numbers import memory
from chameleonapi.report.page import render_page
from chameleonapi.report.terminal.gains import gain_lines
from report import samples

EVALUATION = samples.evaluation(160)


TITLES = {one.name: one.title for one in EVALUATION.methods}
RATES = {one.name: one.balanced.rate for one in EVALUATION.methods}


def shapes(markup, name, css):
    root = ET.fromstring(markup)
    assert root.get("role") == "img"
    return [one for one in root.iter(name) if css in one.get("class").split()]


@pytest.mark.parametrize("is_narrow", [False, True])
def test_each_step_begins_where_the_last_one_ended(is_narrow):
    markup = steps_svg(EVALUATION.shares, RATES, TITLES, is_narrow=is_narrow)
    bars = {
        one.get("class"): (float(one.get("x")), float(one.get("width")))
        for one in shapes(markup, "rect", "bar")
    }
    rates = {one.name: one.balanced.rate for one in EVALUATION.methods}
    left, longest = bars["bar"]
    scale = longest / rates["generic"]
    assert bars["bar ours"][1] == pytest.approx(rates["ours"] * scale, abs=0.11)
    steps = [(float(r.get("x")), float(r.get("width"))) for r in shapes(markup, "rect", "step")]
    assert len(steps) == 3
    for (x, width), share in zip(steps, EVALUATION.shares, strict=True):
        low = min(rates[share.method], rates[share.against])
        assert x == pytest.approx(left + low * scale, abs=0.11)
        assert width == pytest.approx(max(abs(share.difference.rate) * scale, 2), abs=0.11)


def test_a_step_has_the_colour_of_what_its_interval_says():
    for low, high, css in ((-0.2, -0.1, "better"), (-0.2, 0.1, "unclear"), (0.1, 0.2, "worse")):
        shares = tuple(
            replace(one, difference=Rate(one.difference.rate, low, high))
            for one in EVALUATION.shares
        )
        assert len(shapes(steps_svg(shares, RATES, TITLES), "rect", css)) == 3


def test_what_keeps_its_claims_lies_on_the_line():
    method = EVALUATION.method("ours")
    bins = tuple(replace(one, right=one.claimed) for one in method.calibration.bins)
    honest = replace(method, calibration=replace(method.calibration, bins=bins))
    markup = reliability_svg([honest])
    diagonal = shapes(markup, "line", "dashed")[0]
    x0, y0, x1, y1 = (float(diagonal.get(one)) for one in ("x1", "y1", "x2", "y2"))
    for one in shapes(markup, "circle", "ours"):
        along = (float(one.get("cx")) - x0) / (x1 - x0)
        assert float(one.get("cy")) == pytest.approx(y0 + along * (y1 - y0), abs=0.11)


@pytest.mark.parametrize("is_narrow", [False, True])
def test_the_curve_shows_every_point_inside_the_drawing(is_narrow):
    markup = curve_svg(EVALUATION.curve, TITLES, is_narrow=is_narrow)
    root = ET.fromstring(markup)
    width, height = map(float, root.get("viewBox").split()[2:])
    dots = shapes(markup, "circle", "dot")
    assert len(dots) == len(EVALUATION.curve)
    for one in dots:
        assert 0 < float(one.get("cx")) < width
        assert 0 < float(one.get("cy")) < height
    ours = [one for one in EVALUATION.curve if one.method == "ours"]
    drawn = [float(one.get("cy")) for one in dots if "ours" in one.get("class")]
    rates = [one.balanced.rate for one in ours]
    # Higher rates stand higher up.
    assert sorted(drawn) == [y for _, y in sorted(zip(rates, drawn, strict=True), reverse=True)]
    assert f"{ours[0].balanced.rate * 100:.1f}% with 5" in root.get("aria-label")


def test_one_number_of_examples_is_a_curve_too():
    points = tuple(one for one in EVALUATION.curve if one.shots == 20)
    assert shapes(curve_svg(points, TITLES), "circle", "dot")


def test_labels_are_spread_and_stay_inside():
    places = spread([50.0, 51.0, 10.0, 98.0, 99.0], 10, 0, 100)
    ranked = sorted(places)
    assert all(b - a >= 9.99 for a, b in itertools.pairwise(ranked))
    assert ranked[0] == 10
    assert ranked[-1] <= 100
    assert [places.index(one) for one in ranked] == [2, 0, 1, 3, 4]


def test_an_axis_holds_the_largest_value_but_for_the_tip_of_an_interval():
    for top in (0.0004, 0.013, 0.08, 0.31, 0.99, 1.0):
        step, end = axis([top, float("nan")])
        assert end >= min(top, 1) - step / 10 - 1e-9
        assert end / step <= 7
        assert end == pytest.approx(step * round(end / step))


def test_a_record_without_findings_has_no_section_on_the_gain():
    bare = replace(
        EVALUATION,
        shares=(),
        curve=(),
        methods=tuple(replace(one, calibration=None) for one in EVALUATION.methods),
    )
    page = render_page(SavedReport("t", samples.smart_bin(), bare))
    assert 'id="gain"' not in page
    assert "#gain" not in page
    whole = render_page(SavedReport("t", samples.smart_bin(), EVALUATION))
    assert whole.count('id="gain"') == 1
    error = EVALUATION.method("ours").calibration.error
    assert f"calibration error {error * 100:.1f}%" in whole


def test_the_terminal_says_the_same_without_signs_in_a_pipe(capsys):
    Console(width=100, force_terminal=False).print(gain_lines(EVALUATION))
    shown = capsys.readouterr().out
    rate = EVALUATION.shares[0].difference.rate
    assert re.search(rf"thresholds {rate * 100:+.1f} ".replace("+", r"\+"), shown)
    assert "200 for each outcome (640 in all)" in shown
    assert "\N{MINUS SIGN}" not in shown


@pytest.mark.parametrize(
    ("size", "text"), [(0, ""), (5 << 20, "5 MiB"), (999 << 20, "999 MiB"), (3 << 30, "3.0 GiB")]
)
def test_memory_is_written_for_a_reader(size, text):
    assert memory(size) == text


def test_the_page_says_what_is_proved():
    page = render_page(SavedReport("t", samples.smart_bin(), EVALUATION))
    made = certify(EVALUATION, "ours")
    assert f"<strong>{made.balanced.upper * 100:.1f}%</strong>" in page
    assert f"<strong>{made.natural.upper * 100:.1f}%</strong>" in page
    assert page.count('data-label="At most"') == 2 + len(made.outcomes)
    bare = replace(EVALUATION, examples=())
    assert 'id="proved"' not in render_page(SavedReport("t", samples.smart_bin(), bare))


def test_without_a_method_named_ours_the_one_compared_is_ours():
    names = {"ours": "mine"}
    methods = tuple(
        replace(one, name=names.get(one.name, one.name)) for one in reversed(EVALUATION.methods)
    )
    compared = tuple(
        replace(one, method="mine") for one in EVALUATION.comparisons if one.method == "ours"
    )
    found = replace(EVALUATION, methods=methods, comparisons=compared)
    assert ours_of(found).name == "mine"
    assert ours_of(replace(found, comparisons=())).name == "generic"
