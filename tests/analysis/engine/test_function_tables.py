"""Functions that are looked up in a table, and what is looked up by chance."""

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.decision import Kind

LOOKED_UP = """
import boto3
rekognition = boto3.client("rekognition")

def labels(image):
    return rekognition.detect_labels(Image=image)["Labels"]

def texts(image):
    return rekognition.detect_text(Image=image)["TextDetections"]

{table}

def handler(event, context):
    found = {{}}
    for name, task in {items}:
        found[name] = task({{"Bytes": event["image"]}})
    return "fire" if any(one["Name"] == "Fire" for one in found["labels"]) else "quiet"
"""


def decisions(tmp_path, source):
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    return {one.api: one for one in analyze(tmp_path).processes}


def fires(process):
    hot, cold = ({"Labels": [{"Name": one, "Confidence": 90.0}]} for one in ("Fire", "Tree"))
    return process.decide(hot).id != process.decide(cold).id


def test_a_table_of_functions_leads_to_the_handler(tmp_path):
    source = LOOKED_UP.format(
        table='TASKS = {"labels": labels, "texts": texts}', items="TASKS.items()"
    )
    found = decisions(tmp_path, source)
    assert found.keys() == {"aws.rekognition.detect_labels"}
    assert fires(found["aws.rekognition.detect_labels"])


def test_a_table_may_be_a_list_of_pairs_or_hold_partial_calls(tmp_path):
    source = LOOKED_UP.format(
        table="from functools import partial\n"
        'TASKS: list = [("labels", partial(labels)), ("texts", texts)]',
        items="TASKS",
    )
    assert fires(decisions(tmp_path, source)["aws.rekognition.detect_labels"])


def test_what_stands_under_a_key_drawn_by_chance_depends_on_what_it_was_drawn_from(tmp_path):
    source = """
import random
import boto3
SONGS = {"sun": {"for": "day"}, "sea": {"for": "day"}, "moon": {"for": "night"}}
answer = boto3.client("rekognition").detect_labels(Image={"Bytes": open("a", "rb").read()})
when = "night" if any(one["Name"] == "Night" for one in answer["Labels"]) else "day"
print(SONGS[random.choice([name for name, song in SONGS.items() if song["for"] == when])])
"""
    process = decisions(tmp_path, source)["aws.rekognition.detect_labels"]
    assert process.kind is Kind.TRUE_FALSE
    night, day = ({"Labels": [{"Name": one, "Confidence": 90.0}]} for one in ("Night", "Tree"))
    assert process.decide(night).id != process.decide(day).id


CHOSEN = """
import os
import boto3
from google.cloud import language_v1

class Amazon:
    def mood(self, text):
        answer = boto3.client("comprehend").detect_sentiment(Text=text, LanguageCode="en")
        return answer["Sentiment"]

class Google:
    def mood(self, text):
        client = language_v1.LanguageServiceClient()
        score = client.analyze_sentiment(document={{"content": text}}).document_sentiment.score
        return "NEGATIVE" if score < 0 else "POSITIVE"

def service(name):
    {choice}

def answer(text):
    print("sorry" if service(os.environ{asked}).mood(text) == "NEGATIVE" else "fine")
"""


@pytest.mark.parametrize("asked", ["['CLOUD']", ".get('CLOUD', 'aws')"])
@pytest.mark.parametrize(
    "choice",
    [
        'return {"aws": Amazon, "gcp": Google}[name]()',
        'return Amazon() if name == "aws" else Google()',
    ],
)
def test_a_service_that_the_environment_names_is_a_choice(tmp_path, choice, asked):
    found = decisions(tmp_path, CHOSEN.format(choice=choice, asked=asked))
    assert found.keys() == {"aws.comprehend.detect_sentiment", "google.language.analyze_sentiment"}
    assert {one.kind for one in found.values()} == {Kind.VALUE_RANGES}
