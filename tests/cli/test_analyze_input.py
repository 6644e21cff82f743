"""``chameleon analyze`` on whatever it may be pointed at: a readable answer and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from chameleonapi.cli.main import main

START = "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
DECIDES = START + (
    "def main(image):\n"
    "    for label in client.label_detection(image=image).label_annotations:\n"
    "        if label.description == 'Dog':\n"
    "            return 'wuff'\n"
    "    return 'quiet'\n"
)
PRINTS = START + (
    "for label in client.label_detection(image=1).label_annotations:\n    print(label.description)\n"
)


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    """Write files, run the command on one of them, and return exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(path=".", files=None, *options):
        for name, content in (files or {}).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["analyze", path, *options])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run


def test_a_path_that_does_not_exist(ask):
    code, out, err = ask("nothing")
    assert (code, out) == (5, "")
    assert err == "error: nothing: no such file or folder.\nCheck the path of the application.\n"


def test_a_folder_without_python(ask):
    code, _, err = ask(".", {"notes.txt": "hello"})
    assert code == 3
    assert "there is no Python file in '.'" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x7fELF\0\1\2\3" * 50, "null bytes"),
        (DECIDES.encode("utf-16"), "UTF-16"),
        (DECIDES.replace("main", "ma\0in").encode(), "null bytes"),
        (b"def broken(:\n", "not valid Python 3"),
    ],
)
def test_a_file_that_is_no_source(ask, content, said):
    code, _, err = ask("app.py", {"app.py": content})
    assert code == 5
    assert err.startswith("error: app.py")
    assert said in err
    code, out, err = ask(".")
    assert code == 4
    assert said in out
    assert "not understood" in out
    assert "gave up" in err


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + DECIDES.encode(),
        b"# -*- coding: latin-1 -*-\n# d\xe9j\xe0\n" + DECIDES.encode(),
        b"# d\xe9j\xe0, and no word about the encoding\n" + DECIDES.encode(),
        DECIDES.replace("\n", "\r\n").encode(),
    ],
    ids=["byte order mark", "declared", "undeclared", "other line ends"],
)
def test_other_encodings_are_read(ask, content):
    code, out, _ = ask("app.py", {"app.py": content})
    assert code == 0
    assert "TRUE_FALSE" in out
    assert "return 'wuff'" in out


def test_an_empty_file(ask):
    code, out, err = ask("app.py", {"app.py": ""})
    assert code == 3
    assert out.strip() == "no decisions."
    assert err == "No call to an ML API that is analysed was found.\n"


def test_a_call_that_decides_nothing(ask):
    code, out, err = ask("app.py", {"app.py": PRINTS})
    assert code == 3
    assert "app.py:3  google.vision.label_detection: called, but nothing is decided" in out
    assert "decides nothing on the answer" in err


def test_services_that_are_not_analysed_are_named(ask):
    source = (
        "import openai, boto3\n"
        "from clarifai.client.model import Model\n"
        "from google.cloud import translate_v2 as translate\n"
        "textract = boto3.client('textract')\n"
        "url = 'https://westus.api.cognitive.microsoft.com/vision/v3.2/tag'\n"
    )
    code, out, err = ask("app.py", {"app.py": source})
    assert code == 3
    for name in ("OpenAI", "Clarifai", "Google Translation", "Amazon Textract", "Azure Cognitive"):
        assert name in out
    assert "5 notes" in out
    assert "what is used in its place is named above" in " ".join(err.split())


def test_services_with_similar_names_are_not_named(ask):
    source = (
        "import openai_secret_manager, deeply\nurl = 'https://example.com/api.openai.com.txt'\n"
    )
    _, out, _ = ask("app.py", {"app.py": source.replace("api.openai.com", "openai")})
    assert out.strip() == "no decisions."


def test_two_clients_in_one_file(ask):
    source = (
        "import boto3\n"
        + DECIDES
        + "rekognition = boto3.client('rekognition')\n"
        + "def other(image):\n"
        + "    for l in rekognition.detect_labels(Image={'Bytes': image})['Labels']:\n"
        + "        if l['Name'] == 'Cat':\n            return 1\n    return 0\n"
    )
    code, out, _ = ask("app.py", {"app.py": source}, "--json")
    assert code == 0
    assert [one["api"] for one in json.loads(out)["processes"]] == [
        "google.vision.label_detection",
        "aws.rekognition.detect_labels",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_neither_hangs_nor_hides_the_rest(ask, tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    code, _, err = ask("pipe.py")
    assert code == 5
    assert "neither a regular file nor a folder" in err
    code, out, _ = ask(".", {"app.py": DECIDES})
    assert code == 0
    assert "pipe.py was left out: it is not a regular file" in out


def test_links_that_lead_out_or_round(ask, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "secret.py").write_text("print('secret')\n", "utf-8")
    (tmp_path / "app" / "out.py").symlink_to(tmp_path / "secret.py")
    (tmp_path / "app" / "again").symlink_to(tmp_path / "app")
    (tmp_path / "app" / "round.py").symlink_to(tmp_path / "app" / "round.py")
    code, out, _ = ask("app", {"app/app.py": DECIDES})
    assert code == 0
    said = " ".join(out.split())
    assert "out.py was left out: it is a link that leads out of the application's folder" in said
    assert "round.py was left out" in out
    assert "secret'" not in out
    assert out.count("google.vision.label_detection") == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(ask, tmp_path):
    ask(".", {"locked.py": DECIDES, "app.py": DECIDES})
    (tmp_path / "locked.py").chmod(0)
    code, out, _ = ask(".")
    assert code == 0
    assert "locked.py was left out: there is no permission to read it" in out


@pytest.mark.parametrize("content", ['{"cells": [', "[]", '{"cells": 3}'])
def test_a_broken_notebook(ask, content):
    code, _, err = ask("app.ipynb", {"app.ipynb": content})
    assert code == 5
    assert "this is not a Jupyter notebook" in err


def test_a_vocabulary_of_an_unknown_api(ask):
    code, _, err = ask(
        "app.py", {"app.py": DECIDES, "v.txt": "Dog"}, "--vocabulary", "google.vision.smell=v.txt"
    )
    assert code == 2
    assert "unknown API 'google.vision.smell'" in err


def test_it_is_the_same_from_a_shell(tmp_path):
    (tmp_path / "app.py").write_text(PRINTS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "chameleonapi", "analyze", "app.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3
    assert "nothing is decided on the answer" in done.stdout
    assert done.stdout.isascii()
