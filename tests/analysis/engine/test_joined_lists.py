"""A list that is joined shows its constants, and not how much of the answer is in it."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
tags = ["#" + one.description for one in labels]
"""
ECHOES = [
    "print(' '.join(tags))",
    "print('#' + ' #'.join(one.description for one in labels))",
    "print(' '.join('#' + one.description.replace(' ', '').lower() for one in labels[:5]))",
    "print('Tags: {}'.format(''.join(f'#{one.description} ' for one in labels)))",
]


def report_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + body, encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=200))


@pytest.mark.parametrize("body", ECHOES)
def test_tags_of_all_labels_are_no_decision(body, tmp_path):
    report = report_of(tmp_path, body)
    assert (report.processes, len(report.calls_without_decision)) == ((), 1)


def test_a_tag_that_is_put_beside_those_of_a_label_is_one(tmp_path):
    body = "if '#Cat' in tags:\n    tags.append('#catsofinstagram')\nprint(' '.join(tags))\n"
    (process,) = report_of(tmp_path, body).processes
    assert (process.kind, process.status) == (Kind.TRUE_FALSE, Status.COMPLETE)

    def outcome(*names):
        return process.decide(
            {"labelAnnotations": [{"description": one, "score": 0.9} for one in names]}
        ).id

    assert outcome("Cat") == outcome("Dog", "Cat") != outcome("Dog") == outcome("Dog", "Tree")
