import csv
import io

import pytest

from chameleonapi.errors import UsageError
from chameleonapi.report.csv_file import csv_text, write_csv
from chameleonapi.report.evaluation_rows import EVALUATION_COLUMNS, evaluation_rows
from report.samples import evaluation


def test_what_is_written_is_read_back():
    rows = [{"name": 'a,"b"\nc', "rate": 0.1234567, "count": 3, "none": None}, {"name": "ü"}]
    text = csv_text(["name", "rate", "count", "none"], rows)
    assert list(csv.DictReader(io.StringIO(text))) == [
        {"name": 'a,"b"\nc', "rate": "0.123457", "count": "3", "none": ""},
        {"name": "ü", "rate": "", "count": "", "none": ""},
    ]


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+cmd", "-2+3", "\t=1"])
def test_nothing_acts_as_a_formula(name):
    text = csv_text(["name", "change"], [{"name": name, "change": -0.5}])
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == f"'{name}"
    assert float(row["change"]) == -0.5


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="cannot write"):
        write_csv(tmp_path / "file" / "table.csv", ["a"], [])
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_every_value_of_an_evaluation_has_a_column():
    for row in evaluation_rows(evaluation()):
        assert set(row) <= set(EVALUATION_COLUMNS)
