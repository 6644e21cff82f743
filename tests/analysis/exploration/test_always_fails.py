"""What is misunderstood may end in an exception on every answer: that is not "no decision"."""

import textwrap

from chameleonapi.analysis import Budget, analyze

HEAD = """
from google.cloud import vision
class Tagger:
    pass
def names(path):
    client = vision.ImageAnnotatorClient()
    found = client.label_detection(image=path).label_annotations
    return [one.description for one in found]
"""


def report_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(file, budget=Budget(verification_answers=100))


def test_an_exception_on_every_answer_is_a_gap(tmp_path):
    report = report_of(
        tmp_path,
        """
        def f(path):
            found = names(path)
            if "Cat" in Tagger().best(found):
                return "cat"
            return "none"
        """,
    )
    (call,) = report.calls_not_understood
    assert [(gap.code, gap.span.line) for gap in call.gaps] == [("always-fails", 12)]
    assert "AttributeError" in call.gaps[0].message


def test_it_is_one_in_a_handler_for_everything_too(tmp_path):
    report = report_of(
        tmp_path,
        """
        def f(path):
            found = names(path)
            try:
                if "Cat" in Tagger().best(found):
                    return "cat"
            except Exception as error:
                print(error)
            return "none"
        """,
    )
    assert [one.gaps[0].code for one in report.calls_not_understood] == ["always-fails"]


def test_exceptions_that_are_meant_are_none(tmp_path):
    report = report_of(
        tmp_path,
        """
        def f(path):
            found = names(path)
            try:
                print(found.first)
            except AttributeError:
                print(found)
            raise RuntimeError("done")
        """,
    )
    assert not report.calls_not_understood
    assert len(report.calls_without_decision) == 1


def test_failing_on_some_answers_only_is_none(tmp_path):
    report = report_of(tmp_path, "def f(path):\n    print(names(path)[0])\n")
    assert not report.calls_not_understood
