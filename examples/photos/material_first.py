"""A sorting arm: the first material in the answer decides the bin."""

import base64

from googleapiclient import discovery

BINS = {"Metal": 1, "Glass": 2, "Plastic": 3, "Paper": 4, "Cardboard": 5, "Trash": 6}


def sort(content):
    service = discovery.build("vision", "v1")
    body = {
        "requests": [
            {
                "image": {"content": base64.b64encode(content).decode("utf-8")},
                "features": [{"type": "LABEL_DETECTION"}],
            }
        ]
    }
    response = service.images().annotate(body=body).execute()
    for label in response["responses"][0].get("labelAnnotations", []):
        if label["description"] in BINS:
            return BINS[label["description"]]
    return 0
