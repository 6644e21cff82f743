"""What the application says is kept in what is shown, and what the answers said is not."""

import pytest

from chameleonapi.analysis.replay.inside.showing import Shower

LABEL = {"Name": "Food", "Confidence": 90.0, "Parents": [{"Name": "Meal"}]}
KNOWN = frozenset({"Name", "Food", "food", "status", 90.0, 80, 1})


@pytest.fixture
def shower():
    made = Shower(KNOWN)
    made.hide([{"Labels": [LABEL], "Model": ""}])
    return made


@pytest.mark.parametrize(
    ("value", "whole", "plain", "masked"),
    [
        ("Food", "'Food'", "text", "'Food'"),
        ("status", "'status'", "'status'", "'status'"),
        (90.0, "90.0", "#", "#"),
        (80, "80", "80", "80"),
        (True, "True", "True", "True"),
        (LABEL["Parents"], "[{'Name':text}]", "text", "text"),
        (
            {"status": LABEL["Parents"]},
            "{'status':[{'Name':text}]}",
            "{'status':text}",
            "{'status':text}",
        ),
        ({"Name": "Food"}, "{'Name':'Food'}", "{'Name':text}", "{'Name':'Food'}"),
        ([], "[]", "[]", "[]"),
        ("it is food", "text", "text", "it is \u00a7"),
    ],
)
def test_the_three_forms(shower, value, whole, plain, masked):
    assert shower.show(value) == (whole, plain, masked)


def test_an_answer_is_data_as_a_whole_and_in_its_parts(shower):
    whole, plain, masked = shower.show([{"Labels": [LABEL], "Model": ""}])
    assert "'Food'" in whole
    assert (plain, masked) == ("[text]", "[text]")
    shower.hide([{"Labels": []}])
    assert shower.show({"Labels": []})[1:] == ("text", "text")
    # what an answer that is gone has said is hidden no longer
    assert shower.show(LABEL["Parents"])[1] == "[{'Name':text}]"
    assert shower.show(90.0)[1] == "90.0"


def test_what_json_cannot_write_is_no_part_of_an_answer(shower):
    endless = []
    endless.append(endless)
    assert shower.show({"status": object()})[1] == "{'status':object}"
    assert shower.show(endless)[1].startswith("[")


def test_nothing_larger_than_an_answer_is_looked_through(shower, monkeypatch):
    written = []

    def write(value, **_):
        written.append(value)
        return ""

    monkeypatch.setattr("chameleonapi.analysis.replay.inside.showing.json.dumps", write)
    deep = [[0] * 100] * 100
    for value in (list(range(100_000)), {"a": deep}, dict.fromkeys("abcdefghi", deep)):
        shower.show(value)
    assert all(len(one) <= 8 for one in written)
