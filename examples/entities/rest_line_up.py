"""Makes a list of players out of reports that name enough of them."""

import os

import requests

URL = "https://language.googleapis.com/v1/documents:analyzeEntities"


def is_line_up(report):
    body = {"document": {"type": "PLAIN_TEXT", "content": report}, "encodingType": "UTF8"}
    answer = requests.post(URL, params={"key": os.environ["GOOGLE_API_KEY"]}, json=body, timeout=30)
    people = [one for one in answer.json()["entities"] if one["type"] == "PERSON"]
    if len(people) > 3:
        return "line-up"
    return "story"
