"""``scripts/analyze-folder``: one row for each application, whatever one of them brings about."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "analyze_folder.py"
GOOD = (
    "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
    "labels = client.label_detection(image=vision.Image()).label_annotations\n"
    "print('dog' if any(one.description == 'Dog' for one in labels) else 'none')\n"
)


@pytest.fixture
def table(tmp_path):
    def run(**applications):
        for name, files in applications.items():
            (tmp_path / name).mkdir()
            for file, content in files.items():
                (tmp_path / name / file.replace("__", ".")).write_bytes(content)
        command = [sys.executable, str(SCRIPT), str(tmp_path), "--answers", "100", "--json"]
        out = tmp_path.parent / f"{tmp_path.name}.json"
        done = subprocess.run(
            [*command, str(out)], capture_output=True, text=True, timeout=300, check=False
        )
        return done, {one["name"]: one for one in json.loads(out.read_text())}

    return run


def test_one_failing_application_stops_no_other(table):
    done, rows = table(
        bad={"app__py": b"def ("},
        broken={"app__py": GOOD.encode(), "expected__json": b"{"},
        foreign={"app__py": GOOD.encode(), "expected__json": b'{"calls2": 3}'},
        good={"app__py": GOOD.encode()},
    )
    assert done.returncode == 1
    assert list(rows) == ["bad", "broken", "foreign", "good"]
    assert rows["broken"]["problem"].startswith("CRASH JSONDecodeError")
    assert rows["good"]["problem"] == rows["foreign"]["problem"] == ""
    assert rows["good"]["report"]["status"] == "COMPLETE"
    assert "TRUE_FALSE, COMPLETE, 2 outcomes, 0 of 100 answers differ" in done.stdout
    assert "4 applications, 3 decisions, 0 calls without one" in done.stdout
    assert "problems   1" in done.stdout
    assert "gap syntax-error" in done.stdout


def test_differences_from_a_reader_are_told(table):
    call = {
        "api": "google.vision.label_detection", "file": "app.py", "line": 3, "kind": "MULTI_SELECT",
        "order": None, "has_decision": True,
    }  # fmt: skip
    done, rows = table(
        good={
            "app__py": GOOD.encode(),
            "expected__json": json.dumps({"calls": [call, {**call, "line": 9}]}).encode(),
        }
    )
    assert done.returncode == 0
    assert [one.split(" ")[0] for one in rows["good"]["differences"]] == [
        "google.vision.label_detection",
        "missing",
    ]
    assert done.stdout.count("DIFFERS") == 2
