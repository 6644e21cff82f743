"""No warning where the code is right: through whole analyses."""

from __future__ import annotations

import pytest

from warned_calls import LANGUAGE, REKOGNITION, SAFE, VISION

CLEAN = {
    "exact names": (VISION, """
        def main(path):
            for label in labels(path):
                if label.description in ("Dog", "Cat"):
                    return "pet"
            return "other"
     """),
    "any unsafe label but some": (REKOGNITION.replace("detect_labels", "detect_moderation_labels")
        .replace('"Labels"', '"ModerationLabels"'), """
        def main(image):
            for label in labels(image):
                if label["Name"] not in ("Smoking", "Alcohol"):
                    return "blocked"
            return "shown"
     """),
    "names that no list has": (VISION, """
        def main(path):
            for label in labels(path):
                if label.description in ("Hardhat", "Aluminum can"):
                    return "work"
            return "other"
     """),
    "a mixed list for any case": (VISION, """
        def main(path):
            names = {label.description.lower() for label in labels(path)}
            return "pet" if names & {"dog", "cat"} else "other"
     """),
    "a word that stands alone in every label": (VISION, """
        def main(path):
            return any("dog" in label.description.lower() for label in labels(path))
     """),
    "labels among other flags": (VISION, """
        def main(path):
            flags = ["adult"] if path.endswith(".raw") else []
            for label in labels(path):
                if label.description == "Dog":
                    flags.append(f"label:{label.description}")
            if "adult" in flags:
                return "unsafe"
            return "dog" if any(one.startswith("label:") for one in flags) else "none"
     """),
    "words of a guess, which come in lower case": (VISION
        .replace("label_detection", "web_detection")
        .replace("label_annotations", "web_detection.best_guess_labels"), """
        def main(path):
            words = set(labels(path)[0].label.split(" "))
            if {"fire", "smoke"} & words:
                return "fire"
            return "flood" if {"flood", "rain"} & words else "none"
     """),
    "percent with percent": (REKOGNITION, """
        def main(image):
            for label in labels(image, MinConfidence=70):
                if label["Name"] == "Dog" and label["Confidence"] > 80:
                    return "dog"
            return "none"
     """),
    "percent turned into a fraction": (REKOGNITION, """
        def main(image):
            for label in labels(image):
                if label["Name"] == "Dog" and label["Confidence"] / 100 > 0.8:
                    return "dog"
            return "none"
     """),
    "a fraction turned into percent": (VISION, """
        def main(path):
            for label in labels(path):
                if label.description == "Dog" and label.score * 100 > 80:
                    return "dog"
            return "none"
     """),
    "the last element on purpose": (VISION, """
        def main(path):
            found = labels(path)
            if found and found[-1].description == "Dog":
                return "dog"
            return "none"
     """),
    "the first element on purpose": (VISION, """
        def main(path):
            for label in labels(path)[:1]:
                if label.description == "Dog":
                    return True
                return False
     """),
    "one label in bands": (REKOGNITION, """
        def main(image):
            band = "none"
            for label in labels(image):
                if label["Name"] == "Dog":
                    band = "sure" if label["Confidence"] > 90 else "maybe"
            return band
     """),
    "a guard before an index": (LANGUAGE.replace("analyze_sentiment", "classify_text").replace(
        ".document_sentiment.score", ".categories"), """
        def main(text):
            for category in score(text):
                parts = category.name.split("/")
                if len(parts) > 1 and parts[1] == "Sports":
                    return "sports"
            return "other"
     """),
    "a default after or": (VISION, """
        def main(path, name=None):
            name = name or "Dog"
            for label in labels(path):
                if label.description == "Dog":
                    return name or "pet"
            return "none"
     """),
    "code after a branch that may end": (VISION, """
        def main(path):
            for label in labels(path):
                if label.description != "Dog":
                    continue
                return "dog"
            return "none"
     """),
    "bands from the top": (LANGUAGE, """
        def main(text):
            found = score(text)
            if found > 0.8:
                return "very good"
            elif found > 0.2:
                return "good"
            return "bad"
     """),
    "a likelihood by its name, and by number and name": (SAFE, """
        def main(path):
            if safe(path).racy.name in ("LIKELY", "VERY_LIKELY"):
                return "hide"
            return "blur" if safe(path).adult in (4, 5, "LIKELY", "VERY_LIKELY") else "show"
     """),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_said_about_code_that_is_right(run, name):
    assert [(one.code, one.message) for one in run(*CLEAN[name])] == []
