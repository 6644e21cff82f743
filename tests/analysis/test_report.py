"""Reports: what is found, what decides nothing, what was given up; warnings; the JSON form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chameleonapi.analysis import AnalysisReport, Budget, Vocabulary, analyze
from chameleonapi.analysis.report import analyze_program
from chameleonapi.decision import DecisionProcess, Gap, Status
from chameleonapi.errors import NothingFoundError, SourceError
from standin import LABELS, SITE, Standin

VOCABULARY = Vocabulary(
    "test", "1",
    ("African elephant", "Can", "Candle", "Cat", "Dog", "Hot dog", "Puppy", "Tin can", "Zebra"),
    is_complete=True,
)  # fmt: skip
BUDGET = Budget(verification_answers=200)


def report_of(function: Callable[..., Any], *literals: str, **more: Any) -> AnalysisReport:
    program = Standin(function, literals=literals, **more)
    return analyze_program(program, vocabulary=VOCABULARY, budget=BUDGET)


def pet(answer: Any) -> str:
    for one in answer:
        if one["description"] == "Dog":
            return "woof"
        if one["description"] == "Cat":
            return "meow"
    return "silence"


def test_the_json_form() -> None:
    data = json.loads(json.dumps(report_of(pet, "Dog", "Cat").to_json()))
    assert list(data) == [
        "schema", "status", "processes", "calls_without_decision", "calls_not_understood", "gaps",
        "notes",
    ]  # fmt: skip
    assert (data["schema"], data["status"]) == ("chameleonapi.analysis/1", "COMPLETE")
    (process,) = data["processes"]
    assert list(process) == [
        "id", "api", "call", "kind", "order", "status", "outcomes", "default", "witnesses", "gaps",
        "warnings",
    ]  # fmt: skip
    assert process["api"] == LABELS
    assert process["call"] == {"file": "app.py", "line": 3}
    assert (process["kind"], process["order"], process["default"]) == (
        "MULTI_CHOICE",
        "api",
        "silence",
    )
    assert {one["id"]: one["accepts"] for one in process["outcomes"]} == {
        "woof": ["Dog"], "meow": ["Cat"], "silence": [],
    }  # fmt: skip
    assert process["outcomes"][0]["effects"] == [
        {"file": "app.py", "line": 99, "text": "return 'woof'"}
    ]
    assert {one["outcome"] for one in process["witnesses"]} == {"woof", "meow", "silence"}


def test_the_processes_are_whole_records() -> None:
    (process,) = report_of(pet, "Dog", "Cat").processes
    assert process.decide({"labelAnnotations": [{"description": "Cat"}]}).id == "meow"
    assert process.vocabulary == VOCABULARY.reference
    assert DecisionProcess.from_json(json.loads(json.dumps(process.to_json()))) == process


def test_no_decision_is_not_gave_up() -> None:
    silent = report_of(lambda answer: None)
    assert silent.status is Status.COMPLETE
    assert [(one.api, one.file, one.line) for one in silent.calls_without_decision] == [
        (LABELS, "app.py", 3)
    ]

    def external(answer: Any, unknown: Any) -> None:
        unknown("fuzz.ratio()", is_tainted=True)

    given_up = report_of(external)
    assert given_up.status is Status.UNSUPPORTED
    assert given_up.calls_without_decision == ()
    assert [gap.code for gap in given_up.gaps] == ["not-understood", "tainted-unknown"]


def test_a_call_that_no_run_reaches_is_a_gap() -> None:
    program = Standin(pet, literals=("Dog", "Cat"))
    original = program.run

    def elsewhere(*arguments: Any, **more: Any) -> Any:
        from dataclasses import replace

        return replace(original(*arguments, **more), sites=(), tests=(), effects=())

    program.run = elsewhere  # type: ignore[method-assign]
    report = analyze_program(program, budget=BUDGET)
    assert report.status is Status.UNSUPPORTED
    assert [(gap.code, gap.span) for gap in report.gaps] == [("not-reached", SITE)]


def test_files_that_cannot_be_read_make_it_partial() -> None:
    report = report_of(pet, "Dog", "Cat", gaps=(Gap("syntax", "old.py cannot be parsed.", SITE),))
    assert report.status is Status.PARTIAL


def test_a_way_through_an_unknown_branch_is_found() -> None:
    def app(answer: Any, unknown: Any) -> str:
        if unknown("debug"):
            return "debug"
        return pet(answer)

    (process,) = report_of(app, "Dog", "Cat").processes
    assert {one.id for one in process.outcomes} == {"woof", "meow", "silence"}


def warnings_of(function: Callable[..., Any], *literals: str) -> dict[str, Any]:
    report = report_of(function, *literals)
    notices = [
        *(one for process in report.processes for one in process.warnings),
        *(one for call in report.calls_without_decision for one in call.warnings),
    ]
    return {one.code: one for one in notices}


def test_a_target_in_the_wrong_case() -> None:
    def app(answer: Any) -> bool:
        return any(one["description"].among(("dog", "Cat")) for one in answer)

    warnings = warnings_of(app, "dog", "Cat")
    assert set(warnings) == {"dead-target"}
    assert warnings["dead-target"].suggested == ("Dog",)
    assert warnings["dead-target"].span.file == "app.py"
    (process,) = report_of(app, "dog", "Cat").processes
    assert process.outcome("true").accepts == ("Cat", "dog")
    assert process.outcome("true").suggested == ("Cat", "Dog")
    assert process.atoms[0].not_in_vocabulary == ("dog",)


def test_a_target_that_does_not_exist() -> None:
    def app(answer: Any) -> bool:
        return any(one["description"].among(("Unicorn", "Cat")) for one in answer)

    assert "dead-target" in warnings_of(app, "Unicorn", "Cat")


def test_a_substring_that_finds_too_much() -> None:
    def app(answer: Any) -> bool:
        return any(one["description"].lower().holds("can") for one in answer)

    notice = warnings_of(app, "can")["substring"]
    assert "African elephant" in notice.message
    assert notice.suggested == ("Can", "Tin can")
    (process,) = report_of(app, "can").processes
    assert "Candle" in process.outcome("true").accepts
    assert "Candle" not in process.outcome("true").suggested


def test_a_substring_that_finds_what_it_says() -> None:
    def app(answer: Any) -> bool:
        return any(one["description"].lower().holds("dog") for one in answer)

    assert warnings_of(app, "dog") == {}


def test_a_condition_that_no_label_meets() -> None:
    def app(answer: Any) -> bool:
        return any(one["description"].lower() == "Dog" for one in answer)

    notice = warnings_of(app, "Dog")["dead-target"]
    assert "in lower case" in notice.message
    assert notice.suggested == ("Dog",)


def test_a_later_match_overrides() -> None:
    def app(answer: Any) -> str:
        result = "silence"
        for one in answer:
            if one["description"] == "Dog":
                result = "woof"
            if one["description"] == "Cat":
                result = "meow"
        return result

    assert set(warnings_of(app, "Dog", "Cat")) == {"overridden"}


def test_the_order_of_the_answer_decides() -> None:
    assert set(warnings_of(pet, "Dog", "Cat")) == {"order"}


def test_a_path_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        analyze(tmp_path / "nothing.py")


def test_a_folder_without_python(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", "utf-8")
    with pytest.raises(NothingFoundError):
        analyze(tmp_path)


def test_python_without_a_call(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "def detect_labels(x):\n    return x\nprint(detect_labels(3))\n", "utf-8"
    )
    report = analyze(tmp_path)
    assert (report.processes, report.calls_without_decision, report.gaps) == ((), (), ())
    assert report.status is Status.COMPLETE


def test_targets_stand_in_the_order_of_the_source_with_their_places() -> None:
    (process,) = report_of(pet, "Dog", "Cat").processes
    assert [case.outcome for case in process.rules.cases] == ["woof", "meow"]
    first = process.atom(process.rules.cases[0].predicate.atom)
    assert "'Dog'" in first.text
    assert first.spans
    assert [one.id for one in process.outcomes] == ["woof", "meow", "silence"]
