import ast
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chameleonapi.analysis import analyze
from chameleonapi.analysis.frontend.notebooks import cell_at, read_notebook
from chameleonapi.analysis.frontend.project import Project
from chameleonapi.errors import SourceError


def notebook(*sources, indent=1):
    """Return the bytes of a notebook; a text that begins with # Title is of no code."""
    cells = []
    for one in sources:
        is_code = not one.startswith("# Title")
        cell = {"cell_type": "code" if is_code else "markdown", "metadata": {}}
        if is_code:
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell | {"source": one.splitlines(keepends=True)})
    return json.dumps({"cells": cells, "nbformat": 4}, indent=indent).encode()


LINES = [
    ("!ls -l\nx = 1", "__import__('subprocess').call('ls -l')\nx = 1"),
    ("files = !ls", "files = __import__('subprocess').getoutput('ls').split('\\n')"),
    ("%matplotlib inline", "pass  # %matplotlib"),
    ("for x in y:\n    %time f(x)", "for x in y:\n    f(x)  # %time"),
    ("%timeit -n 10 -r 3 f(x)", "f(x)  # %timeit"),
    ("%%time\nx = 1", "# %%time\nx = 1"),
    ("%%bash\nrm x", "# %%bash\n# rm x"),
    ("%%sql\nselect *", "# %%sql\n# select *"),
    ("x = 1\nx?", "x = 1\npass  # x?"),
    ("%run ./tools.py", "from tools import *  # %run"),
    ("%env A=b", "__import__('os').environ['A'] = 'b'  # %env"),
    (
        "!pip install \\\n  a\nx = 1",
        "__import__('subprocess').call('pip install')\n#   a\nx = 1",
    ),
    ('t = """\n%a\n!b\n"""\n%c', 't = """\n%a\n!b\n"""\npass  # %c'),
    ("x = (7\n%3)\n!c", "x = (7\n%3)\n__import__('subprocess').call('c')"),
    ("!echo it's (\ny = 1", "__import__('subprocess').call(\"echo it's (\")\ny = 1"),
    ("print 'a'", "print 'a'"),
]


@pytest.mark.parametrize(("source", "expected"), LINES)
def test_what_is_not_python_is_rewritten_line_by_line(source, expected):
    made = read_notebook(notebook(source), "a.ipynb")
    assert made.text == f"{expected}\n"
    assert made.left_out == ()


def test_a_broken_cell_costs_that_cell_and_says_so():
    made = read_notebook(notebook("x = 1", "# Title", "if x\n  y", "z = 2"), "a.ipynb")
    assert made.text == "x = 1\n# if x\n#   y\nz = 2\n"
    ((line, message),) = made.left_out
    assert line == 2
    assert message.startswith("Cell 3 is left out: its line 1 is not valid Python 3")


def test_a_cell_is_found_by_the_lines_of_the_module_and_those_of_the_file():
    content = notebook("a = 1\nb = 2", "# Title\ntext", "c = 3\n\nd = '\"'")
    made = read_notebook(content, "a.ipynb")
    cell = cell_at(made.cells, "a.ipynb", 5)
    assert (cell.number, cell.line) == (3, 3)
    assert content.decode().split("\n")[cell.raw_line + 1].strip() == json.dumps("d = '\"'")
    assert cell_at(made.cells, "b.ipynb", 5) is None
    squeezed = read_notebook(notebook("a = 1", "b = 2", indent=None), "a.ipynb")
    assert [one.raw_line for one in squeezed.cells] == [0, 0]


def test_an_old_notebook_has_its_cells_in_worksheets():
    cells = [{"cell_type": "code", "input": ["x = 1\n", "y"]}]
    content = json.dumps({"worksheets": [{"cells": cells}]}).encode()
    assert read_notebook(content, "a.ipynb").text == "x = 1\ny\n"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"cells": [1]}', b'{"cells": 3}', b"\xff"])
def test_what_is_no_notebook_is_an_error(content):
    with pytest.raises(SourceError, match="not a Jupyter notebook"):
        read_notebook(content, "a.ipynb")


# A cell may hold an escape that Python warns about; it is the notebook's own.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@given(st.lists(st.text(alphabet="ab \n%!?=()'\"\\#:", max_size=30), max_size=4))
@example(['"\\:"'])
def test_any_cells_become_python(sources):
    made = read_notebook(notebook(*sources), "a.ipynb")
    assert isinstance(ast.parse(made.text), ast.Module)


APPLICATION = (
    "from google.cloud import vision",
    "%matplotlib inline\nclient = vision.ImageAnnotatorClient()",
    "def (:",
    "names = [x.description for x in client.label_detection(image=0).label_annotations]",
    "print('pet' if 'Cat' in names else 'none')",
)


def test_an_analysis_counts_by_cells(tmp_path):
    (tmp_path / "pets.ipynb").write_bytes(notebook(*APPLICATION))
    report = analyze(tmp_path)
    made = report.to_json()
    (process,) = made["processes"]
    assert process["call"] == {"file": "pets.ipynb", "line": 5, "cell": 4, "cell_line": 1}
    assert process["status"] == "COMPLETE"
    (gap,) = made["gaps"]
    assert (gap["code"], gap["cell"], gap["cell_line"]) == ("syntax-error", 3, 1)
    assert report.status.name == "PARTIAL"


def test_a_notebook_of_python_2_is_repaired(tmp_path):
    (tmp_path / "old.ipynb").write_bytes(notebook("print 'a'", "!ls\nx = `1`"))
    project = Project(tmp_path)
    source = project.source("old.ipynb")
    assert source.text.startswith("print('a')\n")
    assert [one.code for one in project.gaps] == ["repaired-source"]
