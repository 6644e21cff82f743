"""Each warning where it belongs, and nothing else: through whole analyses."""

from __future__ import annotations

import pytest

from chameleonapi.analysis.warnings import RULES, Level
from warned_calls import LANGUAGE, MOOD, REKOGNITION, SAFE, VISION

CASES = {
    "dead-target": [
        # written small where the API writes a capital
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description in ("dog", "cat"):
                        return "pet"
                return "other"
         """, ("Dog", "Cat")),
        # in lower case when it is compared with a capital
        (VISION, """
            def main(path):
                return any(label.description.lower() == "Dog" for label in labels(path))
         """, ("Dog",)),
        # a plural
        (VISION, """
            def main(path):
                names = [label.description for label in labels(path)]
                return "open" if "Dogs" in names else "shut"
         """, ("Dog",)),
        # an enumeration in another case
        (MOOD, """
            def main(text):
                if sentiment(text) == "Negative":
                    return "call"
                if sentiment(text) == "POSITIVE":
                    return "thank"
                return "file"
         """, ("NEGATIVE",)),
        # a slip
        (MOOD, """
            def main(text):
                mood = sentiment(text)
                return "call" if mood in ("NEGATIF", "MIXED") else "file"
         """, ("NEGATIVE",)),
    ],
    "substring": [
        (VISION, """
            def main(path):
                return any("can" in label.description.lower() for label in labels(path))
         """, ("Aluminium can", "Can", "Tin can", "Trash can")),
    ],
    "always-true": [
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description == "Cat" or "Kitten":
                        return "cat"
                return "none"
         """, ("Cat", "Kitten")),
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description != "Cat" or label.description != "Dog":
                        return "stranger"
                return "none"
         """, None),
    ],
    "always-false": [
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description == "Cat" and label.description == "Dog":
                        return "both"
                    if label.description == "Bird":
                        return "bird"
                return "none"
         """, ()),
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description.lower().startswith("DO") or label.score > 0.9:
                        return "dog"
                return "none"
         """, ()),
    ],
    "unreachable": [
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description == "Dog":
                        return "dog"
                        print("found a dog")
                return "none"
         """, ()),
        (VISION, """
            def main(path):
                for label in labels(path):
                    if "dog" in label.description.lower():
                        return "dog"
                    elif label.description == "Guard dog":
                        return "guard"
                return "none"
         """, ()),
        (LANGUAGE, """
            def main(text):
                found = score(text)
                if found > 0.2:
                    return "good"
                elif found > 0.8:
                    return "very good"
                return "bad"
         """, ()),
    ],
    "same-both-ways": [
        (VISION, """
            def main(path):
                found = "none"
                for label in labels(path):
                    if label.description == "Dog":
                        found = "dog"
                    if label.description == "Cat":
                        print("animal")
                    else:
                        print("animal")
                return found
         """, ()),
    ],
    "one-round": [
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description == "Dog":
                        return True
                    else:
                        return False
         """, ()),
    ],
    "overridden": [
        (VISION, """
            def main(path):
                found = "none"
                for label in labels(path):
                    if label.description == "Dog":
                        found = "dog"
                    if label.description == "Cat":
                        found = "cat"
                return found
         """, ()),
        (VISION, """
            def main(path):
                found = False
                for label in labels(path):
                    if label.description == "Dog":
                        found = True
                    else:
                        found = False
                return found
         """, ()),
    ],
    "order": [
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description == "Dog":
                        return "dog"
                    if label.description == "Cat":
                        return "cat"
                return "none"
         """, ()),
    ],
    "type-mismatch": [
        (SAFE, """
            def main(path):
                if safe(path).racy == "LIKELY":
                    return "hide"
                return "blur" if safe(path).adult > 3 else "show"
         """, ()),
        (SAFE, """
            def main(path):
                if safe(path).racy in ("LIKELY", "VERY_LIKELY"):
                    return "hide"
                return "show"
         """, ()),
        (VISION, """
            def main(path):
                found = labels(path)
                if "Dog" in found:
                    return "dog"
                return "big" if any(label.score > 0.9 for label in found) else "small"
         """, ()),
        (REKOGNITION, """
            def main(image):
                for label in labels(image):
                    if label == "Dog":
                        return "dog"
                    if label["Name"] == "Cat":
                        return "cat"
                return "none"
         """, ()),
    ],
    "deny-list": [
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description not in ("Person", "Human"):
                        return "alarm"
                return "quiet"
         """, ()),
    ],
    "score-unit": [
        (REKOGNITION, """
            def main(image):
                for label in labels(image):
                    if label["Name"] == "Dog" and label["Confidence"] > 0.8:
                        return "dog"
                return "none"
         """, ()),
        (REKOGNITION, """
            def main(image):
                for label in labels(image, MinConfidence=0.8):
                    if label["Name"] == "Dog":
                        return "dog"
                return "none"
         """, ()),
        (VISION, """
            def main(path):
                for label in labels(path):
                    if label.description == "Dog" and label.score > 80:
                        return "dog"
                return "none"
         """, ()),
        (LANGUAGE, """
            def main(text):
                return "bad" if score(text) < -25 else "good"
         """, ()),
        (MOOD.replace('["Sentiment"]', '["SentimentScore"]'), """
            def main(text):
                found = sentiment(text)
                if found["Positive"] > 0.5:
                    return "good"
                return "bad" if found["Negative"] > 75 else "so so"
         """, ()),
    ],
}  # fmt: skip
ROWS = [
    pytest.param(code, *case, id=f"{code}-{i}")
    for code, cases in CASES.items()
    for i, case in enumerate(cases)
]


@pytest.mark.parametrize(("code", "start", "body", "suggested"), ROWS)
def test_a_warning_where_it_belongs(run, code, start, body, suggested):
    found = [one for one in run(start, body) if one.code == code]
    assert found
    assert all(one.span.end_line for one in found), "a place has a beginning and an end"
    if suggested is not None:
        assert set(suggested) <= set(found[0].suggested) if suggested else not found[0].suggested


@pytest.mark.parametrize(("code", "start", "body", "suggested"), ROWS)
def test_nothing_else_is_said(run, code, start, body, suggested):
    related = {
        "one-round": {"one-round"},
        "always-true": {"always-true"},
        "deny-list": {"deny-list"},
        "same-both-ways": {"same-both-ways", "deny-list"},
    }
    allowed = related.get(code, {code, "order"})
    assert {one.code for one in run(start, body)} <= allowed


def test_a_table_that_is_asked_and_read_is_warned_of_once(run):
    found = run(
        REKOGNITION,
        """
        REPLIES = {"Dog": "woof", "Coffee Cup": "thirsty?"}

        def main(image):
            for label in labels(image):
                name = label["Name"]
                if name in REPLIES:
                    return REPLIES[name]
            return "none"
        """,
    )
    (dead,) = [one for one in found if one.code == "dead-target"]
    assert "'Coffee Cup'" in dead.message


def test_every_rule_about_a_call_has_a_case():
    assert set(CASES) == set(RULES) - {"unknown-api"}


def test_levels():
    assert RULES["order"].level is Level.NOTE
    assert RULES["dead-target"].level is Level.WARNING
