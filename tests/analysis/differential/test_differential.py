"""Small programs over the language and its library, judged by CPython.

Each is run by CPython in a process of its own, and by the engine twice: with plain values, and
with the same values as data of the answer. What they show must be equal, in order. Besides, two
answers that pass the same tests must do the same: else the engine has missed a branch.
"""

import functools
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chameleonapi.analysis.engine import load_program
from chameleonapi.apis import api_ids
from gaps import DIFFERENTIAL

API = "google.vision.label_detection"
HERE = Path(__file__).parent
HEAD = """from google.cloud import vision
client = vision.ImageAnnotatorClient()
labels = client.label_detection(image=vision.Image(content=b"")).label_annotations
words = [l.description for l in labels]
scores = [l.score for l in labels]
def show(*values): print("show", *values)
"""
WORDS = ["Dog", "Dog", "Cat", "Bird", "Pizza", "Kitten", "hot dog", "Tiger", "Lion", "x1", ""]
SCORES = [0.15, 0.25, 0.5, 0.55, 0.65, 0.75, 0.9, 0.95]
ROUNDS = 8
_EXEMPTED = set()  # names of programs that did differ


def _programs():
    found = {}
    for path in sorted((HERE / "programs").glob("*.txt")):
        for section in re.split(r"(?m)^### ", path.read_text(encoding="utf-8"))[1:]:
            name, _, body = section.partition("\n")
            assert name not in found, f"two programs are called {name}"
            found[name] = body
    return found


def _needs_newer(body):
    match = re.match(r"# python 3\.(\d+)", body)
    return match is not None and sys.version_info < (3, int(match[1]))


PROGRAMS = {name: body for name, body in _programs().items() if not _needs_newer(body)}


def _answers(name):
    rng = random.Random(name)
    drawn = []
    for position in range(ROUNDS):
        count = (3, 0, 1, 2, 3, 4, 5, 2)[position]
        rows = [
            {"description": rng.choice(WORDS), "score": rng.choice(SCORES)} for _ in range(count)
        ]
        drawn.append(rows)
        if rows:  # one that differs in little
            changed = [dict(one) for one in rows]
            rng.choice(changed)["description"] = rng.choice(WORDS)
            drawn.append(changed)
            changed = [dict(one) for one in rows]
            rng.choice(changed)["score"] = rng.choice(SCORES)
            drawn.append(changed)
    return [{"labelAnnotations": rows} if rows else {} for rows in drawn]


def _plain(answer):
    rows = answer.get("labelAnnotations", [])
    words = [one["description"] for one in rows]
    return f"words = {words!r}\nscores = {[one['score'] for one in rows]!r}\n"


@functools.cache
def _verdicts():
    jobs = [(HEAD + body, one) for name, body in PROGRAMS.items() for one in _answers(name)]
    done = subprocess.run(
        [sys.executable, "-I", str(HERE / "cpython_judge.py")],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    lines = iter(json.loads(done.stdout))
    return {name: [next(lines) for _ in _answers(name)] for name in PROGRAMS}


def _leaves(answer):
    rows = answer.get("labelAnnotations", [])
    found = {("labelAnnotations", -1, "#"): len(rows)}
    for index, row in enumerate(rows):
        for field, value in row.items():
            found["labelAnnotations", index, field] = value
    return found


def _run(folder, source, answer):
    (folder / "app.py").write_text(source, encoding="utf-8")
    program = load_program(folder / "app.py")
    return program.run(program.entries[0], {}, {}, default=_default(answer))


def _default(answer):
    return {**{one: {} for one in api_ids()}, API: answer}


def _shown(trace):
    seen = []
    for one in trace.effects:
        if one.kind == "print":
            seen.append(one.concrete)
        elif one.kind in ("raise", "exit") and one.level == 0:
            seen.append(f"{one.kind} {one.concrete}")
    return seen


def _is_honest(trace):
    return bool(
        trace.gaps
        or any(one.is_after_call for one in trace.assumptions)
        or any("<answer>" in one.concrete or "<unknown" in one.concrete for one in trace.effects)
    )


def _check(name, trace, expected):
    shown = _shown(trace)
    if shown == expected:
        return
    is_honest = _is_honest(trace)
    if name in DIFFERENTIAL and (is_honest or DIFFERENTIAL[name].startswith("SILENT")):
        _EXEMPTED.add(name)
        return
    pairs = [(mine, real) for mine, real in zip(shown, expected, strict=False) if mine != real][:3]
    raise AssertionError(
        f"{name}: {'honest gap' if is_honest else 'SILENT'}: (engine, CPython): {pairs};"
        f" {len(shown)} and {len(expected)} lines; last {shown[-1:]} and {expected[-1:]};"
        f" gaps {[(one.code, one.message, one.span.line) for one in trace.gaps]};"
        f" {[one.provenance for one in trace.assumptions]}"
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_plain_values_are_what_cpython_makes_of_them(name, tmp_path):
    answer, expected = _answers(name)[0], _verdicts()[name][0]
    assert not any(one.startswith("raise ") for one in expected), expected[-1]
    trace = _run(tmp_path, HEAD + _plain(answer) + PROGRAMS[name], answer)
    _check(name, trace, expected)


@pytest.mark.parametrize("name", PROGRAMS)
def test_data_of_the_answer_are_what_cpython_makes_of_them(name, tmp_path):
    (tmp_path / "app.py").write_text(HEAD + PROGRAMS[name], encoding="utf-8")
    program = load_program(tmp_path / "app.py")
    traces = []
    for answer, expected in zip(_answers(name), _verdicts()[name], strict=True):
        trace = program.run(program.entries[0], {}, {}, default=_default(answer))
        _check(name, trace, expected)
        traces.append((answer, trace))
    for position, (answer, trace) in enumerate(traces):
        for other, its in traces[position + 1 :]:
            if _are_alike(answer, other, (*trace.tests, *its.tests)):
                mine, theirs = ([e.key for e in t.effects if e.level == 0] for t in (trace, its))
                assert mine == theirs, f"{name}: a branch was missed between {answer} and {other}"


def _are_alike(answer, other, tests):
    """Tell whether two answers pass the same tests.

    A test of one element is put to every element, as the exploration does; how often a loop over
    the answer turns leaves no test of its own.
    """
    one, two = _leaves(answer), _leaves(other)
    if len(one) != len(two):
        return False
    rows = len(answer.get("labelAnnotations", []))
    for test in tests:
        leaves = test.expression.leaves
        places = [None] if len(leaves) != 1 or next(iter(leaves)).index < 0 else range(rows)
        for place in places:
            try:
                found = [_evaluate(test.expression, plain, place) for plain in (one, two)]
            except KeyError:
                return False
            if found[0] != found[1]:
                return False
    return True


def _evaluate(expression, plain, place):
    values = {
        leaf: plain[leaf.collection, leaf.index if place is None else place, leaf.field]
        for leaf in expression.leaves
    }
    try:
        return bool(expression.evaluate(values))
    except Exception as error:  # noqa: BLE001 - of the element that the test is put to
        return type(error)


def test_exemptions_are_in_use(tmp_path):
    """Nothing is listed in tests/gaps.py that the engine does follow by now."""
    for name in DIFFERENTIAL:
        if name in PROGRAMS and name not in _EXEMPTED:
            for answer, expected in zip(_answers(name), _verdicts()[name], strict=True):
                _check(name, _run(tmp_path, HEAD + PROGRAMS[name], answer), expected)
            plain = _run(
                tmp_path, HEAD + _plain(_answers(name)[0]) + PROGRAMS[name], _answers(name)[0]
            )
            _check(name, plain, _verdicts()[name][0])
    assert {one for one in DIFFERENTIAL if one in PROGRAMS} <= _EXEMPTED
    assert set(DIFFERENTIAL) <= set(_programs())
