"""Vision's first client, which is gone from the registry and not from applications."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

APPLICATIONS = {
    "detect_labels": (
        "if any(one.description == 'Cat' and one.score > 0.5 for one in found): return 'feed'",
        "google.vision.label_detection",
        {"labelAnnotations": [{"description": "Cat", "score": 0.9}]},
        Kind.TRUE_FALSE,
    ),
    "detect_logos": (
        "if found and found[0].description == 'Acme': return 'feed'",
        "google.vision.logo_detection",
        {"logoAnnotations": [{"description": "Acme", "score": 0.9}]},
        Kind.TRUE_FALSE,
    ),
    "detect_safe_search": (
        "if found.adult.name == 'VERY_LIKELY': return 'feed'",
        "google.vision.safe_search_detection",
        {"safeSearchAnnotation": {"adult": "VERY_LIKELY"}},
        Kind.VALUE_RANGES,
    ),
}


@pytest.mark.parametrize("method", APPLICATIONS)
def test_an_image_asks_the_api_itself(tmp_path, method):
    body, api, answer, kind = APPLICATIONS[method]
    source = f"""
        from google.cloud import vision
        client = vision.Client()
        def look(name):
            with open(name, "rb") as file:
                found = client.image(content=file.read()).{method}()
            {body}
            return "wait"
        print(look("cat.jpg"))
        """
    (tmp_path / "app.py").write_text(textwrap.dedent(source), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    (process,) = report.processes
    assert (process.api, process.call.line, process.kind) == (api, 6, kind)
    assert process.decide(answer).id == "feed"
    assert process.decide({}).id == "wait"
