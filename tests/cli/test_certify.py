import json

import pytest

from chameleonapi.cli.main import main
from evaluation.test_certificate import evaluation


@pytest.fixture
def saved(tmp_path):
    found = [(("a",), "a")] * 190 + [(("a",), "b")] * 10 + [(("b",), "b")] * 100
    path = tmp_path / "evaluation.json"
    evaluation(found).save(path)
    return str(path)


def test_the_bounds_are_printed_and_decide_the_exit_code(saved, capsys):
    assert main(["certify", saved, "--at-most", "0.2"]) == 0
    printed = capsys.readouterr().out
    assert "every outcome alike" in printed
    assert "3.3%" in printed  # ten of three hundred, as they came
    assert main(["certify", saved, "--at-most", "0.03"]) == 12
    assert "Not proved" in capsys.readouterr().err


def test_json_holds_the_whole_certificate(saved, capsys):
    assert main(["certify", saved, "--json", "--confidence", "0.9"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "chameleonapi.certificate/1"
    assert found["natural"]["rate"] == pytest.approx(1 / 30)
    assert found["natural"]["rate"] < found["natural"]["upper"] < 0.06
    assert set(found["outcomes"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--at-most", "5"], 2, "between 0 and 1"),
        (["--confidence", "95"], 2, "95.0 came"),
        (["--method", "theirs"], 6, "known are ours"),
        (["--abstain", "0.1"], 4, "how sure"),
    ],
)
def test_bad_arguments_end_with_one_clear_error(saved, capsys, arguments, code, words):
    assert main(["certify", saved, *arguments]) == code
    assert words in capsys.readouterr().err


def test_a_missing_record_is_named(tmp_path, capsys):
    assert main(["certify", str(tmp_path / "none.json")]) == 6
    assert "none.json" in capsys.readouterr().err
