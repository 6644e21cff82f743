"""Broken sources are parsed without a look at files that happen to have their name."""

import subprocess
import sys

import pytest

from chameleonapi.analysis.frontend.syntax import literal_of, tree_of

WATCHED = """
import sys
from chameleonapi.analysis import analyze
from chameleonapi.analysis.frontend.notebooks import _problem
from chameleonapi.analysis.frontend.syntax import literal_of
from chameleonapi.errors import ChameleonError
seen = []
sys.addaudithook(lambda event, given: seen.append(str(given[0])) if event == "open" else None)
try:
    print(analyze(sys.argv[1]).status.name)
except ChameleonError as error:
    print(error.__class__.__name__)
_problem("x = (")
try:
    literal_of("(1,")
except SyntaxError:
    print("no literal")
print([one for one in seen if not one.startswith("/") and not one.isdigit()])
"""


def test_the_line_of_an_error_is_not_looked_up_in_the_current_folder(tmp_path):
    application, here = tmp_path / "application", tmp_path / "here"
    application.mkdir()
    here.mkdir()
    (application / "main.py").write_text("import boto3\nx = (\n")
    (here / "main.py").write_text("private = 1\n")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(application)],
        cwd=here,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1:] == ["no literal", "[]"], done.stdout


def test_trees_and_literals_are_those_of_python():
    assert tree_of("x = '\\d'").body
    assert literal_of("  [1, 'a', {2: None}]") == [1, "a", {2: None}]
    with pytest.raises(SyntaxError):
        tree_of("x = (")
    with pytest.raises(ValueError, match="malformed"):
        literal_of("open('x')")
