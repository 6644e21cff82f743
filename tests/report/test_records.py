import json

import pytest

from chameleonapi.errors import RecordError
from chameleonapi.report import RunRecord, RunRow, SavedReport
from report import samples

EVALUATION = samples.evaluation(40)
RUN = samples.run_record(EVALUATION)


def test_a_run_survives_saving(tmp_path):
    path = tmp_path / "run.json"
    RUN.save(path)
    assert RunRecord.load(path) == RUN
    assert [one.name for one in tmp_path.iterdir()] == ["run.json"]


def test_a_report_survives_saving(tmp_path):
    saved = SavedReport("A title", samples.smart_bin(), EVALUATION, RUN)
    path = tmp_path / "report.json"
    path.write_bytes(saved.to_bytes())
    assert SavedReport.load(path) == saved
    assert json.loads(path.read_text("utf-8"))["schema"] == "chameleonapi.report/1"


def test_lone_surrogates_are_written_as_escapes():
    run = RunRecord("run", (RunRow("\ud800", ("a",), "水", "b"),))
    content = SavedReport("t", samples.smart_bin(), EVALUATION, run).to_bytes()
    read = SavedReport.from_json(json.loads(content.decode("utf-8")))
    assert read.run == run


def test_right_is_what_is_acceptable():
    row = RunRow("p", ("a", "b"), "x", "y", "c", "b")
    assert (row.is_generic_right, row.is_customised_right) == (False, True)
    assert not RunRow("p", ("a",), "x", "y").is_customised_right


@pytest.mark.parametrize("record", [RunRecord, SavedReport])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "expected an object with the schema"),
        ('{"schema": "chameleonapi.run/9"}', "expected an object with the schema"),
        ("[" * 200_000, "is no JSON"),
    ],
)
def test_a_damaged_file_is_one_clear_error(record, text, message, tmp_path):
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(RecordError, match=message):
        record.load(path)
    with pytest.raises(RecordError, match="cannot read"):
        record.load(tmp_path / "missing.json")


def test_a_report_names_what_is_wrong_in_it():
    data = SavedReport("t", samples.smart_bin(), EVALUATION).to_json()
    with pytest.raises(RecordError, match=r"report\.title: expected a string"):
        SavedReport.from_json(data | {"title": 3})
    with pytest.raises(RecordError, match="decision"):
        SavedReport.from_json(data | {"process": None})
    with pytest.raises(RecordError, match="evaluation"):
        SavedReport.from_json(data | {"evaluation": {}})
