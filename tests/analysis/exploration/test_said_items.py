"""A text that lists what was found is a set of flags, not a choice among all combinations."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.said_items import listings
from chameleonapi.decision import Kind, Span, Status

HEAD = """
import streamlit as st
from google.cloud import vision
client = vision.ImageAnnotatorClient()
safe = client.safe_search_detection(image=vision.Image(content=open("a.jpg", "rb").read()))
safe = safe.safe_search_annotation
"""
PLACE = (0, "call", Span("app.py", 1))


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    return process


def test_what_a_message_lists_is_one_flag_for_each_item(tmp_path):
    process = process_of(
        tmp_path,
        """
        bad = []
        if safe.adult >= 4:
            bad.append("adult")
        if safe.violence >= 4:
            bad.append("violence")
        if safe.racy >= 4:
            bad.append("racy")
        if bad:
            st.error("This picture is unsafe - " + ", ".join(bad))
        else:
            st.success("This picture is safe")
        """,
    )
    assert process.kind is Kind.MULTI_SELECT
    assert process.status is Status.COMPLETE
    assert {one.id for one in process.outcomes} == {"adult", "racy", "violence"}
    answer = {"safeSearchAnnotation": {"adult": "VERY_LIKELY", "racy": "LIKELY"}}
    assert process.decide(answer).id == "adult+racy"


def test_how_often_an_item_is_listed_is_not_lost():
    texts = {"say ", "say a", "say a, a", "say b", "say a, b"}
    assert not listings({PLACE: texts})


def test_texts_that_are_no_lists_stay_as_they_are():
    assert not listings({PLACE: {"turn left", "turn right", "turn round"}})
    assert not listings({PLACE: {"say a", "say b"}})


def test_items_end_between_words():
    (listing,) = listings({PLACE: {"say raw", "say racy", "say raw, racy"}}).values()
    assert listing.items("say raw, racy") == {"raw", "racy"}
