"""A call behind a parameter that is given something else than its default is reached."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

APP = """
from google.cloud import vision

class Looker:
    def __init__(self, provider="none", client=None):
        self.provider = provider.lower()
        if self.provider == "google":
            self.client = client or vision.ImageAnnotatorClient()

    def look(self, picture, {extra}):
        if self.provider == "google":
            return self.ask(picture)
        return "nothing"

    def ask(self, picture):
        found = self.client.label_detection(image=picture).label_annotations
        return "cat" if any(one.description == "Cat" for one in found) else "none"
"""


def test_of_the_class_and_of_the_method(tmp_path):
    for extra in ("limit=3", "*, limit=3"):
        file = tmp_path / "app.py"
        file.write_text(textwrap.dedent(APP.replace("{extra}", extra)), encoding="utf-8")
        report = analyze(file, budget=Budget(verification_answers=100))
        (process,) = report.processes
        assert process.kind is Kind.TRUE_FALSE
        assert process.entry == "Looker.look"


def test_defaults_stay_where_the_call_is_reached_with_them(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        textwrap.dedent("""
        from google.cloud import vision
        client = vision.ImageAnnotatorClient()
        def look(picture, wanted="Cat"):
            found = client.label_detection(image=picture).label_annotations
            return wanted in [one.description for one in found]
        """),
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=100)).processes
    assert not process.gaps
    assert "Cat" in {label for one in process.outcomes for label in one.accepts}
