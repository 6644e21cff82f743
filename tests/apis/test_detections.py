import pytest

from chameleonapi.apis import Detections, get_api, object_answer, prediction_answer
from chameleonapi.errors import AnswerError

GOOGLE = get_api("google.vision.object_localization")
AWS = get_api("aws.rekognition.detect_labels")
LEFT, RIGHT = (0.0, 0.25, 0.5, 0.75), (0.5, 0.5, 1.0, 0.875)
FOUND = Detections(("Cup", "Dog"), (LEFT, RIGHT), ((0.9, 0.6), (0.2, 0.75)))


def test_every_region_is_an_element_for_each_label_that_is_likely_enough():
    rows = object_answer(GOOGLE, FOUND)["localizedObjectAnnotations"]
    assert [(one["name"], one["score"]) for one in rows] == [
        ("Cup", 0.9),
        ("Dog", 0.75),
        ("Cup", 0.6),
    ]
    assert rows[0]["boundingPoly"]["normalizedVertices"] == [
        {"x": 0.0, "y": 0.25},
        {"x": 0.5, "y": 0.25},
        {"x": 0.5, "y": 0.75},
        {"x": 0.0, "y": 0.75},
    ]


def test_instances_stand_below_their_label():
    rows = object_answer(AWS, FOUND)["Labels"]
    assert [(one["Name"], one["Confidence"]) for one in rows] == [("Cup", 90.0), ("Dog", 75.0)]
    assert rows[0]["Instances"] == [
        {
            "BoundingBox": {"Width": 0.5, "Height": 0.5, "Left": 0.0, "Top": 0.25},
            "Confidence": 90.0,
        },
        {
            "BoundingBox": {"Width": 0.5, "Height": 0.375, "Left": 0.5, "Top": 0.5},
            "Confidence": 60.0,
        },
    ]
    assert len(rows[1]["Instances"]) == 1


def test_a_request_sets_line_and_number():
    cut = object_answer(GOOGLE, FOUND, shown_score=0.1, max_results=2)
    assert [one["score"] for one in cut["localizedObjectAnnotations"]] == [0.9, 0.75]
    assert len(object_answer(GOOGLE, FOUND, shown_score=0.1)["localizedObjectAnnotations"]) == 4
    assert len(object_answer(AWS, FOUND, max_results=1)["Labels"]) == 1


def test_equal_scores_keep_the_order_of_labels_and_regions():
    even = Detections(("Cup", "Dog"), (LEFT, RIGHT), ((0.8, 0.8), (0.8, 0.8)))
    rows = object_answer(GOOGLE, even)["localizedObjectAnnotations"]
    assert [one["name"] for one in rows] == ["Cup", "Cup", "Dog", "Dog"]
    assert rows[0]["boundingPoly"] != rows[1]["boundingPoly"]


def test_predictions_of_regions_are_answers_of_regions():
    assert prediction_answer(GOOGLE, FOUND) == object_answer(GOOGLE, FOUND)
    assert prediction_answer(AWS, FOUND, max_results=1) == object_answer(AWS, FOUND, max_results=1)


def test_other_apis_say_nothing_of_regions():
    with pytest.raises(AnswerError, match=r"label_detection says nothing of regions"):
        object_answer(get_api("google.vision.label_detection"), FOUND)
