"""Outcomes that differ in which counter of several goes up are called by it."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine.lifting import shown

SOURCE = """
from flask import Flask, jsonify
from google.cloud import language

app = Flask(__name__)
client = language.LanguageServiceClient()
letters = {"praise": 0, "news": 0, "complaints": 0}


@app.route("/letter")
def letter():
    mood = client.analyze_sentiment(document={"content": "x"}).document_sentiment
    if mood.score > 0.4:
        letters["praise"] += 1
    elif mood.score < -0.4:
        letters["complaints"] += 1
    else:
        letters["news"] += 1
    return jsonify({"letters": letters})
"""


def test_the_counter_that_goes_up_names_the_outcome_and_values_are_shown(tmp_path):
    (tmp_path / "app.py").write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes

    def decided(score):
        return process.decide({"documentSentiment": {"score": score, "magnitude": 1.0}})

    names = {score: decided(score).id for score in (0.9, 0.0, -0.9)}
    assert names == {0.9: "praise", 0.0: "news", -0.9: "complaints"}
    texts = [effect.text for effect in process.outcome("praise").effects]
    assert any(one.endswith("with ['praise'] = 1") for one in texts)
    assert any(one.endswith("with ['news'] = 0") for one in texts)


def test_slices_in_paths_are_written_as_in_the_source():
    assert shown(slice(1, None)) == "1:"
    assert shown(slice(None, 3)) == ":3"
    assert shown(slice(None, None, -1)) == "::-1"
