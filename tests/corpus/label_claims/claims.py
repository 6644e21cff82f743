"""Which claims a food package makes."""

import base64
import sys

import requests

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=K"


def text_of(path):
    with open(path, "rb") as handle:
        content = base64.b64encode(handle.read()).decode()
    body = {
        "requests": [
            {"image": {"content": content}, "features": [{"type": "DOCUMENT_TEXT_DETECTION"}]}
        ]
    }
    reply = requests.post(ADDRESS, json=body).json()["responses"][0]
    return reply.get("fullTextAnnotation", {}).get("text", "")


package = text_of(sys.argv[1]).upper()
if "ORGANIC" in package:
    print("organic")
if "GLUTEN FREE" in package or "GLUTEN-FREE" in package:
    print("no gluten")
if "VEGAN" in package and "NOT VEGAN" not in package:
    print("vegan")
