"""Sorts help requests by how upset their writers are, over the REST interface."""

import os

import requests

ADDRESS = "https://language.googleapis.com/v1/documents:analyzeSentiment"


def lane(message):
    body = {"document": {"type": "PLAIN_TEXT", "content": message}, "encodingType": "UTF8"}
    answer = requests.post(ADDRESS, params={"key": os.environ.get("KEY", "")}, json=body).json()
    score = answer["documentSentiment"]["score"]
    if score < -0.4:
        return "now"
    if score < 0:
        return "today"
    return "this week"
