"""Settings of warnings in the ``pyproject.toml`` of the analysed application."""

import sys

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.analysis.warnings.settings import Settings, read_settings, settings_at
from chameleonapi.cli.main import main
from chameleonapi.errors import UnknownNameError, UsageError

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="needs tomllib")
SURPRISING = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def main(image):
    for label in client.label_detection(image=image).label_annotations:
        if 'can' in label.description.lower():
            return 'tin'
    return 'no'
"""


@pytest.fixture
def app(tmp_path):
    (tmp_path / "bin.py").write_text(SURPRISING, encoding="utf-8")
    return tmp_path


def write(folder, text):
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def codes(folder):
    return [one.code for one in analyze(folder).warnings]


def test_without_settings_there_is_a_warning(app):
    assert codes(app) == ["substring"]
    write(app, "[project]\nname = 'bin'\n")
    assert codes(app) == ["substring"]


@pytest.mark.parametrize(
    "text",
    [
        "ignore = ['substring']",
        "per-file-ignores = {'*.py' = ['substring']}",
        "per-file-ignores = {'bin.py' = ['*']}",
    ],
)
def test_a_warning_is_silenced(app, text):
    write(app, f"[tool.chameleon]\n{text}\n")
    assert codes(app) == []


def test_a_pattern_of_other_files_silences_nothing(app):
    write(app, "[tool.chameleon.per-file-ignores]\n'tests/*' = ['*']\n")
    assert codes(app) == ["substring"]


def test_the_command_fails_on_what_the_settings_say(app, capsys):
    write(app, "[tool.chameleon]\nfail-on = ['warning']\n")
    assert main(["analyze", str(app)]) == 11
    assert main(["analyze", str(app), "--fail-on", "never"]) == 0
    assert main(["analyze", str(app), "--ignore", "substring"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("content", [None, b"\xff", b"[tool", b"x = 1", b"tool = 3"])
def test_a_file_without_settings_has_none(content):
    assert read_settings(content) == Settings()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("ingore = []", "no key 'ingore'"),
        ("ignore = 3", "ignore is 3"),
        ("ignore = [3]", "ignore is"),
        ("fail-on = 'always'", "there is no 'always'"),
        ("per-file-ignores = []", "per-file-ignores is"),
    ],
)
def test_a_wrong_setting_is_an_error(text, match):
    with pytest.raises(UsageError, match=match):
        read_settings(f"[tool.chameleon]\n{text}".encode())


def test_an_unknown_warning_is_an_error(app):
    write(app, "[tool.chameleon]\nignore = ['substing']\n")
    with pytest.raises(UnknownNameError, match="substing"):
        analyze(app)
    with pytest.raises(UnknownNameError):
        settings_at(app / "bin.py")
