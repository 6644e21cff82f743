"""Settings of the application's own, as it makes them itself, where nobody hands any over."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

SOURCE = """
import boto3

class Options:
    def __init__(self, limit: float = 0.7, language: str = "en"%s):
        self.limit, self.language = limit, language

class Filter:
    def __init__(self, name: str, options: Options):
        self.options = options
        self.client = boto3.client("comprehend")

    def passes(self, text):
        found = self.client.detect_sentiment(Text=text, LanguageCode=self.options.language)
        if found["SentimentScore"]["Negative"] > self.options.limit:
            return None
        return text
"""


def analysed(tmp_path, more=""):
    file = tmp_path / "app.py"
    file.write_text(SOURCE % more, encoding="utf-8")
    return analyze(file, budget=Budget(verification_answers=200))


def test_the_defaults_of_the_settings_are_known(tmp_path):
    (process,) = analysed(tmp_path).processes
    assert process.status is Status.COMPLETE

    def outcome(negative):
        return process.decide({"SentimentScore": {"Negative": negative}}).id

    assert outcome(0.71) != outcome(0.69) == outcome(0.0)


def test_what_has_no_default_stays_unknown(tmp_path):
    file = tmp_path / "app.py"
    source = (SOURCE % "").replace(": float = 0.7", "").replace(': str = "en"', "")
    file.write_text(source, encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=200))
    assert not any(one.status is Status.COMPLETE for one in report.processes)
