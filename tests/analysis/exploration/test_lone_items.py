"""An item without data of the answer, beside items with data, is no echo."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.lone_items import lone_items
from chameleonapi.decision import Kind

HEAD = """
from google.cloud import vision

def rows_of(path):
    client = vision.ImageAnnotatorClient()
    image = vision.Image(content=open(path, "rb").read())
    logos = client.logo_detection(image=image).logo_annotations
"""


def report_of(tmp_path, body):
    source = HEAD + textwrap.indent(textwrap.dedent(body), "    ")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=200))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("say [{'a': <answer>}, {'a': 'end'}]", {"{'a': 'end'}"}),
        ("save(path, [<answer>, 'branded'])", {"'branded'"}),
        ("say {'rows': [<answer>, ('the', 'end')]}", {"('the', 'end')"}),
        ("say [['logo', <answer>], ['logo', <answer>]]", set()),
        ("say {'row': ['logo', <answer>]}", set()),
        ("say [<answer>, 12, <unknown request.id>]", set()),
        ("say ['red', 'green']", set()),
        ("say 'a list [<answer>, (no) {list}'", set()),
    ],
)
def test_lone_items_of_a_text(text, found):
    assert lone_items(text) == found


def test_a_closing_row_where_anything_was_found_decides(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        rows = [{"kind": "logo", "name": one.description} for one in logos]
        if rows:
            rows.append({"kind": "note", "name": "ask first"})
        return rows
        """,
    ).processes
    assert process.kind is Kind.TRUE_FALSE
    one = {"logoAnnotations": [{"description": "Acme"}]}
    assert process.decide(one).id != process.decide({}).id


def test_a_heading_that_is_always_there_decides_nothing(tmp_path):
    report = report_of(
        tmp_path,
        """
        rows = [["kind", "name"]]
        for one in logos:
            rows.append(["logo", one.description])
        return {"rows": rows, "names": [{"kind": "logo", "name": one.mid} for one in logos]}
        """,
    )
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_an_entry_of_a_row_that_is_there_either_way_is_a_decision(tmp_path):
    report = report_of(
        tmp_path,
        """
        row = {"file": path}
        if logos:
            row["branded"] = "yes"
            row["names"] = ", ".join(one.description for one in logos)
        print(row)
        """,
    )
    (process,) = report.processes
    assert process.kind is Kind.TRUE_FALSE
    assert len(process.outcomes) == 2


def test_rows_that_say_of_what_sort_they_are_are_echoes(tmp_path):
    report = report_of(
        tmp_path,
        """
        rows = [{"sort": "logo", "name": one.description} for one in logos]
        print({"file": path, "rows": rows})
        """,
    )
    assert not report.processes
    assert len(report.calls_without_decision) == 1
