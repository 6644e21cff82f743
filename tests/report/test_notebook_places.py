"""Places in notebooks: by cell for people, by the lines of the file for tools."""

import json

import pytest

from chameleonapi.decision import Span
from chameleonapi.report.places import Places
from chameleonapi.report.source_text import SourceText

CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": ["# A title"]},
    {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["a = 1\n", "b = 2"]},
    {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["c = 3\n", "d = 4"]},
]


@pytest.fixture
def folder(tmp_path):
    content = json.dumps({"cells": CELLS}, indent=1)
    (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    return tmp_path


def test_people_count_by_cells(folder):
    source = SourceText(folder)
    assert source.place(Span("a.ipynb", 4)) == "a.ipynb:cell 3:2"
    assert source.line("a.ipynb", 4) == "d = 4"
    assert source.place(Span("a.py", 1)) == "a.py:1"
    assert source.place(Span("gone.ipynb", 3)) == "gone.ipynb:3"


def test_tools_count_by_lines_of_the_file(folder):
    places = Places(folder)
    line = places.physical(Span("a.ipynb", 4, 2, 4, 3)).line
    rows = (folder / "a.ipynb").read_text(encoding="utf-8").split("\n")
    assert rows[line - 1].strip() == '"d = 4"'
    assert places.physical(Span("a.py", 1, 2, 3, 4)) == Span("a.py", 1, 2, 3, 4)


def test_a_squeezed_notebook_has_one_line(tmp_path):
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": CELLS}), encoding="utf-8")
    assert Places(tmp_path).physical(Span("a.ipynb", 4)) == Span("a.ipynb", 1)


def test_a_broken_notebook_keeps_its_lines(tmp_path):
    (tmp_path / "a.ipynb").write_text("{", encoding="utf-8")
    assert SourceText(tmp_path).place(Span("a.ipynb", 4)) == "a.ipynb:4"
