"""Lists made of the answer's text that the application changes, against CPython."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.apis import api_ids
from chameleonapi.decision import Status

LABEL = "google.vision.label_detection"
CHANGES = [
    "words.append('none')",
    "words.extend(['a', 'b'])",
    "words.extend(name.split('a'))",
    "words.insert(0, 'first')",
    "words.insert(1, name)",
    "words.remove('cat')",
    "words.pop()",
    "words.pop(1)",
    "words.pop(-7)",
    "words.reverse()",
    "words.sort()",
    "words.sort(reverse=True)",
    "words.clear()",
    "words[0] = 'x'",
    "words[3] = name",
    "del words[1]",
    "alias = words; alias.append('x')",
    "mine = words.copy(); mine.append('x')",
    "last = words.pop(); words.insert(0, last)",
    "\nwhile len(words) < 3: words.append('none')",
]


def run(change, name, tmp_path):
    (tmp_path / "app.py").write_text(
        "from google.cloud import vision\n"
        "l = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations[0]\n"
        "name = l.description\nwords = name.split(' ')\n"
        f"try:\n    {change.strip()}\n"
        "except Exception as error: words = [type(error).__name__]\n"
        "print('-'.join(words), len(words))\n"
    )
    program = load_program(tmp_path / "app.py")
    answer = {"labelAnnotations": [{"description": name, "score": 0.5}]}
    trace = program.run(
        program.entries[0], {}, {}, default={**{one: {} for one in api_ids()}, LABEL: answer}
    )
    (effect,) = trace.effects
    for test in trace.tests:
        values = {leaf: {"description": name}.get(leaf.field, 1) for leaf in test.expression.leaves}
        assert bool(test.expression.evaluate(values)) is test.value
    return effect.concrete


def real(change, name):
    space = {"name": name, "words": name.split(" ")}
    try:
        exec(change.strip(), space)  # the rows above
        words = space["words"]
    except Exception as error:  # noqa: BLE001
        words = [type(error).__name__]
    return f"print {'-'.join(words)!r} {len(words)}"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_does_what_it_does_in_cpython(change, tmp_path):
    for name in ("cat", "black cat", "a b c d e", ""):
        assert run(change, name, tmp_path) == real(change, name)


def test_an_item_that_is_replaced_is_not_silently_an_error(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
def handler(event, context):
    found = boto3.client("rekognition").detect_labels(Image=event["image"])["Labels"]
    for label in found:
        words = label["Name"].lower().split(" ")
        words[0] = "the"
        words.append("end")
        if words[1] == "cat":
            return "a kind of cat"
    return "other"
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE, process.gaps
    answers = [{"Labels": [{"Name": one, "Confidence": 99.0}]} for one in ("Black cat", "Cat")]
    cat, other = (process.decide(one) for one in answers)
    assert "a kind of cat" in process.outcome(cat.id).effects[0].text
    assert cat.id != other.id


def test_what_is_not_known_is_a_gap(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
def handler(event, context):
    found = boto3.client("rekognition").detect_labels(Image=event["image"])["Labels"]
    words = found[0]["Name"].split(" ")
    words.append(event["more"])
    return "two" if len(words) == 2 else "other"
""",
        encoding="utf-8",
    )
    report = analyze(file, budget=Budget(verification_answers=100))
    assert "answer-changed" in {one.code for one in report.gaps} | {
        one.code for process in report.processes for one in process.gaps
    }


def test_padding_a_list_in_a_loop_is_no_condition_that_never_holds(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
def handler(event, context):
    found = boto3.client("rekognition").detect_labels(Image=event["image"])["Labels"]
    words = found[0]["Name"].split(" ")
    while len(words) < 3:
        words.append("none")
    return "cat" if words[0] == "Cat" else "other"
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=100)).processes
    assert process.status is Status.COMPLETE, process.gaps
    assert not process.warnings
