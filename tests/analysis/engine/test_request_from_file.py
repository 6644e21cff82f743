"""The body of a request to a REST interface may stand in a file beside the source."""

import json

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

SOURCE = """
import requests
body = open("ask.json"{mode})
answer = requests.post("https://vision.googleapis.com/v1/images:annotate?key=k", data=body).json()
for one in answer["responses"][0].get("logoAnnotations", []):
    if one["description"] == "Acme":
        print("ours")
"""


@pytest.mark.parametrize("mode", ["", ', "rb"'])
def test_features_of_a_body_in_a_file(tmp_path, mode):
    (tmp_path / "app.py").write_text(SOURCE.format(mode=mode), encoding="utf-8")
    body = {"requests": [{"image": {}, "features": [{"type": "LOGO_DETECTION"}]}]}
    (tmp_path / "ask.json").write_text("\n" + json.dumps(body, indent=1), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert process.api == "google.vision.logo_detection"
    assert process.status is Status.COMPLETE
