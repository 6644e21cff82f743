"""The corpus: what a reader finds in each application, and what CPython does with it."""

import functools
import json
import random
import sys
from pathlib import Path

import pytest

import corpus_oracle
import gaps
from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.exploration.runner import typical_answer
from chameleonapi.decision import Status

CORPUS = Path(__file__).parent.parent / "corpus"
SCRIPTS = CORPUS.parent.parent / "scripts"
NAMES = sorted(one.name for one in CORPUS.iterdir() if one.is_dir())
ANSWERS = 40
# a cross-section for every run; the others are slow
QUICK = {
    "ad_block",
    "annotate_all",
    "avg_sentiment",
    "azure_only",
    "class_path_split",
    "echo_only",
    "flags_list",
    "local_named",
    "mask_check",
    "notebook_cells",
    "py2_tuples",
    "rest_urllib",
    "safe_upload",
    "trash_sorter",
    "trash_sorter_api_order",
}
ALL = [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in NAMES]


def expected(name):
    return json.loads((CORPUS / name / "expected.json").read_text(encoding="utf-8"))


@functools.cache
def report(name):
    return analyze(CORPUS / name, budget=Budget(verification_answers=300))


@functools.cache
def survey():
    sys.path.insert(0, str(SCRIPTS))
    try:
        import analyze_folder
    finally:
        sys.path.remove(str(SCRIPTS))
    return analyze_folder


@pytest.mark.parametrize("name", ALL)
def test_calls_and_kinds_are_those_that_a_reader_finds(name):
    differences = survey().differences(expected(name)["calls"], report(name).to_json())
    if name in gaps.CORPUS_DIFFERS:
        assert differences, f"{name} is read rightly now: take it off the list"
    else:
        assert not differences


@pytest.mark.parametrize("name", ALL)
def test_the_record_tells_answers_apart_as_cpython_does(name):
    problems = [
        f"{one.id}: {problem}"
        for one in report(name).processes
        if one.status is Status.COMPLETE
        for problem in judge(name, one)
    ]
    if name in gaps.CORPUS_NOT_JUDGED:
        return
    assert not problems


def judge(name, process):
    """Return where a record and CPython disagree on random answers."""
    if name in gaps.CORPUS_NOT_JUDGED:
        return []
    beside = [one for one in report(name).processes if one.api == process.api]
    rng = random.Random(name)
    words = corpus_oracle.words_of(load_program(CORPUS / name), process)
    answers = [corpus_oracle.draw_answer(process.api, words, rng) for _ in range(ANSWERS)]
    seen = []
    for others in (typical_answer, lambda _: {}):  # the call may follow on nothing found before
        seen = corpus_oracle.run_for_real(
            CORPUS / name, process.api, answers, expected(name), process.call.file, others=others
        )
        if all(row["reached"] for row in seen):
            break
    decided = [tuple(one.decide(answer).id for one in beside) for answer in answers]
    problems = []
    for i, row in enumerate(seen):
        if not row["reached"]:
            problems.append("the call was not reached")
            break
        for j in range(i):
            is_other = row["plain"] != seen[j]["plain"] and row["kept"] != seen[j]["kept"]
            if decided[i] == decided[j] and is_other:
                problems.append(
                    f"one outcome {decided[i]}, two effects: {answers[j]} {answers[i]} {seen[j]['plain']} {row['plain']}"
                )
            if decided[i] != decided[j] and row["kept"] == seen[j]["kept"]:
                problems.append(
                    f"two outcomes {decided[j]} {decided[i]}, one effect: {answers[j]} {answers[i]} {row['kept']}"
                )
        if problems:
            break
    return problems[:1]


def test_exceptions_name_applications_of_the_corpus():
    assert set(gaps.CORPUS_DIFFERS) <= set(NAMES)
    assert set(gaps.CORPUS_NOT_JUDGED) <= set(NAMES)
    assert set(NAMES) >= QUICK


def test_the_corpus_has_every_api():
    named = {one["api"] for name in NAMES for one in expected(name)["calls"]}
    assert len(NAMES) >= 100
    assert len(named) >= 23


@pytest.mark.parametrize("name", NAMES)
def test_expectations_point_at_lines_that_exist(name):
    for one in expected(name)["calls"]:
        path = CORPUS / name / one["file"]
        assert path.is_file()
        if path.suffix == ".py":
            assert 0 < one["line"] <= len(path.read_text(encoding="utf-8").splitlines())
        assert one["has_decision"] is (one["kind"] != "NONE")
