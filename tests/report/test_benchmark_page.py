import copy
import json
import os
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from rich.console import Console

from chameleonapi.cli.main import main
from chameleonapi.errors import UsageError
from chameleonapi.evaluation.record import Rate
from chameleonapi.report.benchmark_page import render_benchmark_page, write_benchmark_page
from chameleonapi.report.benchmark_rows import benchmark_rows
from chameleonapi.report.drawing.dots import DotRow, dots_svg
from chameleonapi.report.terminal.benchmark import benchmark_table
from report.samples import png
from report.test_page import EVIL, Outline


def rate(value):
    return {"rate": value, "low": value * 0.8, "high": value * 1.2}


def method(value):
    return {**rate(value), "natural": rate(value / 2)}


def against(difference):
    one = {"rate": difference, "low": difference - 0.02, "high": difference + 0.02}
    return {"difference": one, "relative": one, "natural": one, "better": 1, "worse": 0, "of": 2}


def row(name, kind, generic, basic, ours, **more):
    made = {"name": name, "kind": kind} if name else {}
    made |= {"generic": method(generic), "basic": method(basic), "ours": method(ours)}
    return made | {
        "against": {"generic": against(ours - generic), "basic": against(ours - basic)},
        "shares": {"data": rate(basic - generic), "loss": rate(ours - basic)},
        "errors": {"generic": {"missed": 7, "order": 1}, "ours": {"missed": 3, "order": 0}},
        "calibration": {"ours": 0.031},
        "seconds": {"generic": 0.1, "basic": 4.0, "ours": 9.0},
        "peak_bytes": {"ours": 300 << 20},
        "changes": [],
        **more,
    }


def record(**changes):
    fixed = {"id": "a", "file": "a.png", "acceptable": ["x"], "generic": "y", "ours": "x"}
    broken = {"id": "b", "file": "", "acceptable": ["x"], "generic": "x", "ours": "y"}
    rows = [
        row("bin", "TRUE_FALSE", 0.2, 0.12, 0.1, changes=[fixed, broken]),
        row("door", "MULTI_SELECT", 0.3, 0.2, 0.18),
    ]
    table = {
        "overall": row("", "", 0.25, 0.16, 0.14),
        "kinds": {
            "TRUE_FALSE": row("", "", 0.2, 0.12, 0.1),
            "MULTI_SELECT": row("", "", 0.3, 0.2, 0.18),
        },
        "applications": rows,
    }
    made = {
        "benchmark": "photos",
        "setting": "deployed",
        "data": "photographs",
        "data_digest": "93ab12",
        "backbone": "embedded:x",
        "seeds": [0],
        "shots": 200,
        **table,
        "curve": [{"shots": 20, **copy.deepcopy(table)}],
        "left_out": {"odd": "no outcome"},
        "environment": {"torch": "2.13.0"},
        "confidence": 0.95,
        "resamples": 2000,
    }
    return {**made, **changes}


def test_the_page_says_what_the_record_says(tmp_path):
    (tmp_path / "a.png").write_bytes(png(bytes(48 * 16), 16))
    page = render_benchmark_page(record(), tmp_path)
    outline = Outline(page)
    words = outline.words()
    for wanted in ("25.0%", "14.0%", "true-false", "multi-select", "300 MiB", "3.1%", "1 of 2"):
        assert wanted in words, wanted
    assert "One seed says nothing" in words
    assert "left out: no outcome" in words
    assert outline.tags["svg"] == 6
    assert outline.tags["img"] == 1
    assert words.count("no picture") == 1
    assert outline.tags["script"] == 0
    assert "http" not in page.replace("http-equiv", "")
    assert outline.tags["caption"] == outline.tags["table"]


def test_without_fewer_examples_there_is_no_curve():
    assert Outline(render_benchmark_page(record(curve=[]))).tags["svg"] == 4
    shared = record(curve=[], shots=None, seeds=[0, 1])
    page = render_benchmark_page(shared)
    assert "set of right outcomes" not in page
    assert "One seed" not in page


def test_a_method_that_misses_somewhere_has_no_line_in_the_curve():
    found = record()
    del found["curve"][0]["applications"][1]["basic"]
    labels = [
        value
        for _, name, value in Outline(render_benchmark_page(found)).attributes
        if name == "aria-label"
    ]
    (curve, _) = [one for one in labels if one.startswith("Learning curve")]
    assert "Ordinary loss" not in curve
    assert "ChameleonAPI: 14.0% with 20, 14.0% with 200" in curve


def test_a_mean_over_fewer_applications_stands_beside_no_other(capsys):
    found = record(curve=[])
    del found["applications"][1]["basic"]
    del found["applications"][1]["against"]["basic"]
    for one in (found["overall"], found["kinds"]["MULTI_SELECT"]):
        one["against"]["basic"]["of"] = 1
    page = render_benchmark_page(found)
    assert '<span class="muted">16.0%</span><span class="span">of 1 of 2</span>' in page
    assert "over the 1 of 2 applications that it fits" in page
    assert [row["applications"] for row in benchmark_rows(found)][:3] == [2, 1, 2]
    # Nor does its mean have a dot among the others.
    mean = dots_svg_of(page)
    assert mean.count('class="dot small"') == 1
    Console(width=100, force_terminal=False).print(benchmark_table(found))
    shown = capsys.readouterr().out
    assert "16.0%*" in shown
    assert "* a mean over those applications alone" in shown
    Console(width=100, force_terminal=False).print(benchmark_table(record(curve=[])))
    assert "*" not in capsys.readouterr().out


def dots_svg_of(page):
    return page[page.index('<svg class="dots wide"') : page.index("</svg>")]


@pytest.mark.parametrize("way", ["../secret.png", "absolute", "link.png", "pipe.png"])
def test_no_picture_from_outside_the_folder_gets_into_the_page(tmp_path, way):
    folder = tmp_path / "data"
    folder.mkdir()
    secret = tmp_path / "secret.png"
    Image.new("RGB", (8, 8), "red").save(secret)
    (folder / "link.png").symlink_to(secret)
    os.mkfifo(folder / "pipe.png")
    found = record()
    changes = found["applications"][0]["changes"]
    changes[0]["file"] = str(secret) if way == "absolute" else way
    assert "data:image" not in render_benchmark_page(found, folder)
    secret.rename(folder / "own.png")
    changes[0]["file"] = "own.png"
    assert "data:image" in render_benchmark_page(found, folder)


def test_names_and_reasons_stay_text():
    found = record(data=EVIL, left_out={EVIL: EVIL})
    found["applications"][0]["name"] = EVIL
    page = render_benchmark_page(found)
    assert "<script" not in page
    assert "onerror=y()>" not in page
    assert "\u202e" not in page


def test_every_application_has_its_dots_inside_the_drawing():
    rows = [
        DotRow("kind", {}),
        *(
            DotRow(f"a{i}", {"generic": 0.2, "x": 0.3, "ours": 0.01 * i}, Rate(0.01 * i, 0, 0.4))
            for i in range(30)
        ),
    ]
    for is_narrow in (False, True):
        root = ET.fromstring(dots_svg(rows, "generic", "ours", is_narrow=is_narrow))
        width, height = map(float, root.get("viewBox").split()[2:])
        dots = list(root.iter("circle"))
        assert len(dots) == 90
        assert all(0 <= float(one.get("cx")) <= width for one in dots)
        assert all(0 <= float(one.get("cy")) <= height for one in dots)
        ours = [float(one.get("cx")) for one in dots if one.get("class") == "dot ours"]
        assert ours == sorted(ours)
        assert ours[0] < ours[-1]


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="cannot write"):
        write_benchmark_page(tmp_path / "file" / "page.html", record(), None)
    write_benchmark_page(tmp_path / "new" / "page.html", record(), None)
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["page.html"]


def test_a_saved_record_is_drawn_again(tmp_path, capsys):
    saved = tmp_path / "photos.json"
    saved.write_text(json.dumps({"schema": "chameleonapi.benchmark/1", **record()}), "utf-8")
    assert main(["report", str(saved)]) == 0
    assert "25.0%" in (tmp_path / "photos.html").read_text("utf-8")
    saved.write_text(json.dumps({"schema": "chameleonapi.benchmark/1"}), "utf-8")
    assert main(["report", str(saved)]) == 6
    assert "KeyError" in capsys.readouterr().err
    saved.write_text("{", "utf-8")
    assert main(["report", str(saved)]) == 6
    saved.write_text("{}", "utf-8")
    assert main(["report", str(saved)]) == 6
    assert "expected an object with the schema" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rehearse": True}, "photos, deployed, with rehearsal"),
        ({"rehearse": False}, "photos, deployed, without rehearsal"),
        ({"rehearse": False, "setting": "same-pool"}, "photos, same-pool"),
        ({}, "photos, deployed"),
    ],
)
def test_whether_the_providers_examples_were_shown_again_is_said(changes, words, capsys):
    found = record(**changes)
    Console(width=100, force_terminal=False).print(benchmark_table(found))
    assert f"{words}, 1 seed" in capsys.readouterr().out
    page = render_benchmark_page(found)
    assert f"<title>{words}" in page
    told = f"<dt>Setting</dt><dd>{words.partition(', ')[2]}, at most 200 examples"
    assert told in page
    assert {row["rehearse"] for row in benchmark_rows(found)} == {int("with " in words)}
    assert {row["level"] for row in benchmark_rows(found)} == {"head"}
