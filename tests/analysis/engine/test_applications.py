"""Whole applications: every call is found at its place, and runs agree with CPython."""

from pathlib import Path

import pytest

from analysis import oracle
from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.trace import End
from chameleonapi.apis import api_ids

CORPUS = Path(__file__).parent / "applications"
EXAMPLES = Path(__file__).parents[3] / "examples" / "apps"

# application -> (API, file and line of the call)
PLACES = {
    "any_substring_lower": ("google.vision.label_detection", "main.py:8"),
    "async_discord": ("google.vision.label_detection", "main.py:15"),
    "boto3_lambda": ("aws.rekognition.detect_labels", "main.py:6"),
    "class_self": ("google.vision.object_localization", "main.py:13"),
    "classify_text_split": ("google.language.classify_text", "main.py:4"),
    "comprehend": ("aws.comprehend.detect_sentiment", "main.py:3"),
    "counter": ("google.vision.object_localization", "main.py:5"),
    "dict_dispatch": ("google.vision.label_detection", "main.py:8"),
    "elif_chain": ("google.vision.label_detection", "main.py:8"),
    "entities": ("google.language.analyze_entities", "main.py:5"),
    "external_matcher": ("google.vision.label_detection", "main.py:8"),
    "flask": ("google.vision.label_detection", "main.py:11"),
    "generator_walrus_match": ("google.vision.label_detection", "main.py:8"),
    "json_file": ("google.vision.label_detection", "main.py:8"),
    "max_by_score": ("google.vision.label_detection", "main.py:8"),
    "multiselect_flags": ("google.vision.label_detection", "main.py:8"),
    "regex_fmt": ("google.vision.label_detection", "main.py:8"),
    "rest_json": ("google.vision.label_detection", "main.py:7"),
    "score_threshold": ("google.vision.label_detection", "main.py:8"),
    "sentiment_ranges": ("google.language.analyze_sentiment", "main.py:5"),
    "set_intersection": ("google.vision.label_detection", "main.py:8"),
    "smartcan_like": ("google.vision.label_detection", "main.py:8"),
    "targets_break": ("google.vision.label_detection", "main.py:8"),
    "try_except": ("google.vision.label_detection", "main.py:8"),
    "two_modules": ("google.vision.label_detection", "detector.py:7"),
    "while_index": ("google.vision.label_detection", "main.py:8"),
}
# their outcome depends on what a framework or another library does
NOT_SCRIPTS = {"async_discord", "boto3_lambda", "flask", "external_matcher"}
EXAMPLE_NAMES = sorted(one.name for one in EXAMPLES.iterdir() if not one.name.startswith("__"))


def check_reach(path):
    program = load_program(path)
    default = {name: {} for name in api_ids()}
    trace = program.run(program.entries[0], {}, {}, default=default)
    assert trace.end in {End.RETURNED, End.RAISED}
    assert not trace.gaps
    assert not program.gaps
    return [(one.api, str(one.span)) for one in trace.sites]


@pytest.mark.parametrize("name", PLACES)
def test_an_application_reaches_its_call(name):
    assert check_reach(CORPUS / name) == [PLACES[name]]
    assert [(one.api, str(one.span)) for one in load_program(CORPUS / name).sites] == [PLACES[name]]


@pytest.mark.parametrize("name", sorted(set(PLACES) - NOT_SCRIPTS))
def test_an_application_does_what_it_does_for_real(name):
    program = load_program(CORPUS / name)
    assert oracle.compare(program, CORPUS / name, "main.py", answers=30) == []


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_an_example_does_what_it_does_for_real(name):
    path = EXAMPLES / name
    root, file = (path, "main.py") if path.is_dir() else (EXAMPLES, name)
    assert len(check_reach(path)) == 1
    assert oracle.compare(load_program(path), root, file, answers=30) == []


def test_a_wrong_engine_would_be_noticed(monkeypatch):
    # the judge must be able to fail: an engine that always sees other labels disagrees
    program = load_program(CORPUS / "targets_break")
    real = oracle.run_for_real
    other = {"labelAnnotations": [{"description": "Dog", "score": 0.9}]}
    monkeypatch.setattr(oracle, "run_for_real", lambda root, file, _answer: real(root, file, other))
    assert oracle.compare(program, CORPUS / "targets_break", "main.py", answers=20)
