import json

import pytest

from chameleonapi.cli.main import main

NO = """
import requests
session = requests.Session()
session.trust_env = False
session.post("https://vision.googleapis.com/v1/images:annotate")
"""


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        ("from google.cloud import vision\n", 0, "taken over"),
        (NO, 4, "app.py:4 makes it trust other roots"),
        ("print('no client')\n", 0, "No client of a served API was recognised"),
    ],
)
def test_a_table_and_json(tmp_path, monkeypatch, capsys, source, status, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(source)
    assert main(["doctor", "--", "python", "app.py"]) == status
    assert words in capsys.readouterr().out
    assert main(["doctor", "--json", "--", "python", "app.py"]) == status
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == "chameleonapi.forecast/1"
    assert record["verdict"] == {0: record["verdict"], 4: "no"}[status]


def test_names_in_sources_are_no_markup(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "[red]app.py").write_text(NO)
    assert main(["doctor", "--", "python", "[red]app.py"]) == 4
    assert "[red]app.py:4" in capsys.readouterr().out
