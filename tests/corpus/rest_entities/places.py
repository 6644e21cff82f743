import os

import requests

ADDRESS = "https://language.googleapis.com/v1/documents:analyzeEntities"


def entities(text):
    body = {"document": {"type": "PLAIN_TEXT", "content": text}, "encodingType": "UTF8"}
    answer = requests.post(ADDRESS, params={"key": os.environ["KEY"]}, json=body)
    answer.raise_for_status()
    return answer.json()["entities"]


def mentions_a_place(text):
    for entity in entities(text):
        if entity["type"] == "LOCATION":
            return "travel"
    return "other"
