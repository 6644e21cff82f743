import base64
import hashlib
import html.parser
import json
import math
import random
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings

import strategies
from chameleonapi.decision import Kind, Status, Verification
from chameleonapi.errors import MissingPackageError, UsageError
from chameleonapi.evaluation.record import Rate
from chameleonapi.report import RunRecord, RunRow, SavedReport, write_report
from chameleonapi.report.drawing.bars import bars_svg
from chameleonapi.report.drawing.flow import flow_svg
from chameleonapi.report.page import render_page
from report import samples

EVALUATION = samples.evaluation(160)
RUN = samples.run_record(EVALUATION)
SAVED = SavedReport("Smart bin", samples.smart_bin(), EVALUATION, RUN)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y()>{{7*7}}\x1b[2J\u202e"

VOID = {"meta", "img", "link", "br", "hr", "input"}


class Outline(html.parser.HTMLParser):
    """Collects tags, attributes and text, and checks that every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags = Counter()
        self.attributes = []
        self.text = []
        self._open = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.text.append(data)

    def words(self):
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    pictures = samples.make_pictures(folder / "pictures", EVALUATION, side=32)
    path, _ = write_report(
        folder / "out",
        process=SAVED.process,
        evaluation=EVALUATION,
        run=RUN,
        pictures=pictures,
        source=samples.SOURCE,
        title=SAVED.title,
    )
    return path.read_text("utf-8")


def test_the_page_says_what_the_records_say(page):
    text = Outline(page).words()
    ours, generic = EVALUATION.method("ours"), EVALUATION.method("generic")
    difference = EVALUATION.comparison("ours", "generic")
    for wanted in (
        f"{ours.balanced.rate * 100:.1f}%",
        f"{generic.natural.rate * 100:.1f}%",
        f"{difference.fixed}",
        "fewer wrong decisions",
        "for label in labels_of(path):",
        "Confusion",
        RUN.command,
        "sha256:93ab12",
        SAVED.process.digest,
        "torch",
        "no answer ever contains the label 'Tin can'",
    ):
        assert wanted in text, wanted


def test_the_page_stands_alone(page):
    outline = Outline(page)
    assert outline.tags["script"] == outline.tags["link"] == outline.tags["iframe"] == 0
    for tag, name, value in outline.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name != "style", (tag, value)
        if name == "src":
            assert value.startswith("data:image/jpeg;base64,")
        if name == "href":
            assert value.startswith("#")
    assert outline.tags["img"] > 10
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page


def test_the_policy_allows_this_style_and_nothing_else(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page).group(1)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_page_can_be_read_without_seeing_it(page):
    outline = Outline(page)
    assert outline.tags["main"] == outline.tags["h1"] == outline.tags["nav"] == 1
    assert ("html", "lang", "en") in outline.attributes
    assert outline.tags["caption"] == outline.tags["table"]
    alts = [value for tag, name, value in outline.attributes if (tag, name) == ("img", "alt")]
    assert len(alts) == outline.tags["img"]
    drawings = [
        value for tag, name, value in outline.attributes if (tag, name) == ("svg", "aria-label")
    ]
    assert len(drawings) == outline.tags["svg"] == 9
    ids = [value for _, name, value in outline.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    links = {value[1:] for tag, name, value in outline.attributes if (tag, name) == ("a", "href")}
    assert links <= set(ids)
    scopes = sum(1 for tag, name, _ in outline.attributes if (tag, name) == ("th", "scope"))
    assert scopes == outline.tags["th"]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(w * one for w, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_stands_out_from_its_ground(scheme):
    style = Path(sys.modules["chameleonapi.report.page"].__file__).parent / "templates/style.css"
    blocks = re.findall(r":root \{(.*?)\}", style.read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    pairs = [(ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "panel")]
    pairs += [("ink", "soft"), ("muted", "soft"), ("ink", "accent-soft"), ("ink", "warn-soft")]
    pairs += [("right", "paper"), ("wrong", "paper"), ("muted", "warn-soft"), ("ink", "hot")]
    pairs += [("muted", "accent-soft"), ("accent", "accent-soft")]
    for ink, ground in pairs:
        light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def poisoned(value, seen):
    """Return the record with every text that a user's file can hold replaced."""
    keep = {"api", "kind", "op", "how", "operator", "name", "method", "against", "id", "field"}
    if isinstance(value, str):
        seen.append(value)
        return EVIL
    if isinstance(value, tuple):
        return tuple(poisoned(one, seen) for one in value)
    if isinstance(value, dict):
        return {key: poisoned(one, seen) for key, one in value.items()}
    if is_dataclass(value):
        return replace(
            value,
            **{
                one.name: poisoned(getattr(value, one.name), seen)
                for one in fields(value)
                if one.name not in keep and one.init
            },
        )
    return value


def evil_records():
    process = samples.smart_bin()
    seen = []
    atoms = tuple(
        replace(
            one,
            tests=tuple(
                replace(test, accepts=replace(test.accepts, labels=frozenset({EVIL, "a"})))
                for test in one.tests
            ),
            text=EVIL,
            not_in_vocabulary=(EVIL,),
            spans=poisoned(one.spans, seen),
        )
        for one in process.atoms
    )
    names = {one.id: f"{EVIL}{i}" for i, one in enumerate(process.outcomes)}
    process = process.with_(
        atoms=atoms,
        outcomes=tuple(replace(poisoned(one, seen), id=names[one.id]) for one in process.outcomes),
        rules=replace(
            process.rules,
            cases=tuple(replace(c, outcome=names[c.outcome]) for c in process.rules.cases),
            default=names["trash"],
        ),
        id=EVIL,
        entry=EVIL,
        call=poisoned(process.call, seen),
        gaps=poisoned(process.gaps, seen),
        warnings=poisoned(process.warnings, seen),
        vocabulary=poisoned(process.vocabulary, seen),
    )
    methods = tuple(
        replace(one, title=EVIL, threshold=EVIL, errors={EVIL: 3}) for one in EVALUATION.methods
    )
    examples = tuple(
        replace(
            one,
            id=EVIL,
            file=EVIL,
            present=(EVIL,),
            acceptable=tuple(names[a] for a in one.acceptable),
            decided={key: names[value] for key, value in one.decided.items()},
        )
        for one in EVALUATION.examples
    )
    evaluation = replace(
        EVALUATION,
        application=EVIL,
        process_digest=EVIL,
        outcomes=tuple(names.values()),
        data=replace(
            EVALUATION.data, name=EVIL, digest=EVIL, split=EVIL, outcome_weights={EVIL: 1.0}
        ),
        methods=methods,
        examples=examples,
        environment={EVIL: EVIL},
    )
    run = RunRecord(
        EVIL, tuple(RunRow(EVIL, (EVIL,), EVIL, EVIL, EVIL, "") for _ in range(2)), EVIL
    )
    return process, evaluation, run


def test_nothing_untrusted_becomes_markup(tmp_path, page):
    process, evaluation, run = evil_records()
    (tmp_path / "p.png").write_bytes(samples.png(random.Random(2).randbytes(3 * 64), 8))
    path, saved = write_report(
        tmp_path,
        process=process,
        evaluation=evaluation,
        run=run,
        pictures={EVIL: tmp_path / "p.png"},
        source={EVIL: "\n".join([EVIL] * 40)},
        title=EVIL,
    )
    text = path.read_text("utf-8")
    outline = Outline(text)
    assert outline.tags["script"] == 0
    assert {name for _, name, _ in outline.attributes if name.startswith("on")} == set()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "49" not in outline.words().split()
    known = {(tag, name) for tag, name, _ in Outline(page).attributes}
    assert {(tag, name) for tag, name, _ in outline.attributes} <= known | {("li", "class")}
    # Every place shows the text, as text.
    assert outline.words().count("<script>alert(1)</script>") > 100
    again = SavedReport.load(saved)
    assert (again.title, again.run, again.evaluation) == (EVIL, run, evaluation)


@pytest.mark.parametrize("is_narrow", [False, True])
def test_drawings_are_well_formed_and_stay_inside(is_narrow):
    process, evaluation, _ = evil_records()
    for markup in (
        flow_svg(process, is_narrow=is_narrow),
        flow_svg(samples.multi_select(), is_narrow=is_narrow),
        bars_svg(evaluation, is_narrow=is_narrow),
        bars_svg(EVALUATION, is_narrow=is_narrow),
    ):
        root = ET.fromstring(markup)  # a drawing of ours
        width, height = (float(root.get(one)) for one in ("width", "height"))
        for one in root.iter("rect"):
            x, y = float(one.get("x")), float(one.get("y"))
            assert x >= 0
            assert y >= 0
            assert x + float(one.get("width")) <= width + 0.1
            assert y + float(one.get("height")) <= height + 0.1
        for one in root.iter("text"):
            assert 0 <= float(one.get("y")) <= height


def test_hundreds_of_labels_and_rules_are_folded():
    many = samples.multi_select(60, 500)
    markup = flow_svg(many)
    assert "+ 492 more" in markup
    assert "and 20 more rules" in markup
    assert len(markup) < 200_000
    page = render_page(SavedReport("t", many, EVALUATION))
    assert len(page) < 2_000_000
    assert "Label 59 399" in page
    assert "and 100 more" in page


@settings(max_examples=30, deadline=None)
@given(strategies.processes())
def test_every_process_has_a_page(process):
    outline = Outline(render_page(SavedReport("t", process, EVALUATION), source="x = 1\n" * 9))
    assert outline.tags["svg"] == 9


def test_the_wording_follows_the_interval():
    def headline(low, high):
        comparisons = tuple(
            replace(one, difference=Rate((low + high) / 2, low, high), relative=-0.2)
            for one in EVALUATION.comparisons
        )
        saved = replace(SAVED, evaluation=replace(EVALUATION, comparisons=comparisons))
        page = render_page(saved)
        return re.search(r"<h1[^>]*>(.*?)</h1>", page).group(1)

    assert headline(-0.1, -0.01) == "20% fewer wrong decisions"
    assert headline(-0.1, 0.01) == "No difference beyond the interval"
    assert headline(0.01, 0.1) == "20% more wrong decisions"


def test_limits_are_said_where_they_apply():
    def words(process, evaluation=EVALUATION):
        return Outline(render_page(SavedReport("t", process, evaluation))).words()

    whole = samples.smart_bin(status=Status.COMPLETE, gaps=(), warnings=())
    assert "partly understood" not in words(whole)
    assert "partly understood" in words(samples.smart_bin())
    assert "differ on 3 of 5,000 random answers" in words(
        whole.with_(verification=Verification(5000, 3, 1))
    )
    assert "another version of the decision process" not in words(whole)
    assert "another version of the decision process" in words(
        whole, replace(EVALUATION, process_digest="0" * 64)
    )
    assert "160 test examples are few" in words(whole)


def test_a_lone_method_and_a_missing_run_still_make_a_page():
    one = replace(EVALUATION, methods=EVALUATION.methods[:1], comparisons=(), examples=())
    text = Outline(render_page(SavedReport("t", samples.smart_bin(kind=Kind.GENERAL), one))).words()
    assert "Only one method was evaluated" in text
    assert "live" not in text.lower().split()


def test_rates_that_are_no_numbers_do_not_break_the_page():
    nothing = Rate(math.nan, math.nan, math.nan)
    methods = tuple(replace(one, balanced=nothing, natural=nothing) for one in EVALUATION.methods)
    text = render_page(replace(SAVED, evaluation=replace(EVALUATION, methods=methods)))
    assert "nan" not in Outline(text).words().lower().split()


def test_the_page_stays_small_with_large_pictures(tmp_path):
    found = samples.evaluation(200)
    noise = tmp_path / "noise.png"
    noise.write_bytes(samples.png(random.Random(3).randbytes(3 * 700 * 700), 700))
    path, _ = write_report(
        tmp_path / "out",
        process=samples.smart_bin(),
        evaluation=found,
        run=samples.run_record(found, 100),
        pictures={one.id: noise for one in found.examples},
        source=samples.SOURCE,
        title="t",
    )
    assert path.stat().st_size < 5_000_000


def test_both_files_are_whole_or_not_there(tmp_path, monkeypatch):
    write_report(tmp_path, process=SAVED.process, evaluation=EVALUATION, title="first")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert set(before) == {"report.html", "report.json"}
    assert json.loads(before["report.json"])["title"] == "first"

    def fail(self, content):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(UsageError, match="No space left on device"):
        write_report(tmp_path, process=SAVED.process, evaluation=EVALUATION, title="second")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_what_cannot_be_reported_is_one_clear_error(tmp_path, monkeypatch):
    empty = replace(EVALUATION, methods=(), comparisons=())
    with pytest.raises(UsageError, match="holds no method"):
        write_report(tmp_path, process=SAVED.process, evaluation=empty, title="t")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write the report"):
        write_report(tmp_path / "file", process=SAVED.process, evaluation=EVALUATION, title="t")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingPackageError, match=r"chameleonapi\[report\]"):
        write_report(tmp_path, process=SAVED.process, evaluation=EVALUATION, title="t")


def test_the_same_records_make_the_same_page():
    assert render_page(SAVED, source=samples.SOURCE) == render_page(SAVED, source=samples.SOURCE)
