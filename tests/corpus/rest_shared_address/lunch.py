import base64
import json
import os

import requests

SERVICE = "https://vision.googleapis.com/v1"
ANNOTATE = SERVICE + "/images:annotate"


def ask(picture):
    wanted = []
    wanted.append(
        {
            "image": {"content": base64.b64encode(picture).decode()},
            "features": [{"type": "LABEL_DETECTION", "maxResults": 10}],
        }
    )
    answer = requests.post(
        ANNOTATE,
        data=json.dumps({"requests": wanted}).encode(),
        params={"key": os.environ["VISION_KEY"]},
        headers={"Content-Type": "application/json"},
    )
    return answer.json()["responses"][0].get("labelAnnotations", [])


def is_salad(picture):
    for label in ask(picture):
        if label["description"] == "Salad":
            return True
    return False
