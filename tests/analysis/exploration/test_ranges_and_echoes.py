"""Numbers, echoes and what stays open: kind, rules, agreement."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from analysis.exploration.functions import BIN, decided, explore, labels, smart_bin
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.decision import (
    Interval,
    IntervalSet,
    Kind,
    LabelSet,
    Status,
)


def test_ranges_of_values() -> None:
    def app(answer: Any) -> str:
        score = answer["documentSentiment.score"]
        if score > 0.25:
            return "good"
        if score < -0.25:
            return "bad"
        return "mixed" if answer["documentSentiment.magnitude"] > 2 else "neutral"

    process = decided(app, api="google.language.analyze_sentiment")
    assert process.kind is Kind.VALUE_RANGES
    assert process.default == "neutral"
    assert process.decide({"documentSentiment": {"score": 0.25, "magnitude": 2.5}}).id == "mixed"


def test_an_enumeration_and_a_score() -> None:
    def app(answer: Any) -> str:
        (one,) = answer
        if one["Sentiment"] == "NEGATIVE" and one["SentimentScore.Negative"] > 0.8:
            return "escalate"
        return "fine" if one["Sentiment"].among(("POSITIVE", "NEUTRAL")) else "review"

    process = decided(app, api="aws.comprehend.detect_sentiment")
    assert process.kind is Kind.VALUE_RANGES
    answer = {"Sentiment": "NEGATIVE", "SentimentScore": {"Negative": 0.9}}
    assert process.decide(answer).id == "escalate"


def test_likelihoods() -> None:
    names = ("UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY")

    def app(answer: Any) -> str:
        (one,) = answer
        return "block" if one["adult"].apply("rank", names.index) >= 4 else "show"

    process = decided(app, api="google.vision.safe_search_detection")
    assert process.kind is Kind.VALUE_RANGES
    assert process.atoms[0].label_sets() == (LabelSet.of("LIKELY", "VERY_LIKELY"),)


def test_an_echo_is_no_decision() -> None:
    def app(answer: Any, emit: Any) -> Any:
        for _ in answer:
            pass
        emit("<answer>")
        return answer["language"]

    explored = explore(app, api="google.language.analyze_sentiment")
    assert explored.is_reached
    assert not explored.decides
    assert explored.process is None
    assert explored.gaps == ()


def test_a_test_without_consequence_is_no_decision() -> None:
    def app(answer: Any) -> str:
        found = any(n == "Dog" for n in labels(answer))
        return "dogs and others" if found or len(labels(answer)) >= 0 else "never"

    assert not explore(app, "Dog").decides


def test_free_text_is_said_to_be_sampled() -> None:
    def app(answer: Any) -> bool:
        return any(one["description"].holds("STOP") for one in answer)

    explored = explore(app, "STOP", api="google.vision.text_detection")
    assert explored.process is not None
    assert explored.process.status is Status.PARTIAL
    assert "free-text" in [gap.code for gap in explored.gaps]


def test_what_stays_open_is_said() -> None:
    def app(answer: Any, unknown: Any) -> str:
        found = any(n == "Dog" for n in labels(answer))
        if unknown("fuzz.ratio()", is_tainted=True):
            return "dog" if found else "no dog"
        return "never"

    explored = explore(app, "Dog")
    assert explored.process is not None
    assert explored.process.status is Status.PARTIAL
    assert [gap.code for gap in explored.gaps] == ["tainted-unknown"]


def test_an_unknown_branch_without_consequence_leaves_nothing_open() -> None:
    def app(answer: Any, unknown: Any) -> str:
        unknown("waitKey()")
        return "dog" if any(n == "Dog" for n in labels(answer)) else "no dog"

    process = explore(app, "Dog").process
    assert process is not None
    assert process.status is Status.COMPLETE


def table_application(targets: list[str], table: dict[Any, str]) -> Callable[[Any], str]:
    def app(answer: Any) -> str:
        names = labels(answer)
        return table[tuple(int(any(n == one for n in names)) for one in targets)]

    return app


def test_a_random_process_is_never_summarised_wrongly_in_silence() -> None:
    """Random decision tables over (set of labels, length): agree, or say that they do not."""
    rng = random.Random(3)
    for _ in range(6):
        targets = rng.sample(["Dog", "Cat", "Car", "Apple"], 3)
        table = {
            key: rng.choice("xyz")
            for key in [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
        }

        app = table_application(targets, table)
        explored = explore(app, *targets)
        if len(set(table.values())) > 1:
            process = explored.process
            assert process is not None
            assert process.verification is not None
            assert process.verification.disagreements == 0
            assert process.status is Status.COMPLETE


def test_a_spent_budget_is_said() -> None:
    explored = explore(smart_bin, *BIN, budget=Budget(runs=40, verification_answers=100))
    assert explored.process is None or "budget" in [gap.code for gap in explored.gaps]


def test_witnesses_replay() -> None:
    process = decided(smart_bin, *BIN)
    assert {one.outcome for one in process.witnesses} == {"recycle", "compost", "donate", "trash"}
    for one in process.witnesses:
        assert process.decide(one.answer).id == one.outcome


def test_an_interval_of_scores() -> None:
    def app(answer: Any) -> bool:
        return any(one["score"] > 0.25 and one["score"] <= 0.5 for one in answer)

    process = decided(app)
    assert process.kind is Kind.VALUE_RANGES
    (atom,) = process.atoms
    assert atom.tests[0].accepts == IntervalSet((Interval(0.25, 0.5, low_open=True),))


def test_points_for_and_against() -> None:
    def app(answer: Any) -> str:
        points = {"Dog": 2, "Cat": -1}
        total = 0
        for name in labels(answer):
            for key, value in points.items():
                if name == key:
                    total += value
        return "walk" if total >= 2 else "stay"

    process = decided(app, "Dog", "Cat")
    assert process.kind is Kind.COUNT
    rows = [{"description": one} for one in ("Dog", "Cat", "Dog")]
    assert process.decide({"labelAnnotations": rows}).id == "walk"
    assert process.decide({"labelAnnotations": rows[:2]}).id == "stay"


def test_printing_what_came_is_an_echo_even_if_nothing_came() -> None:
    def app(answer: Any, emit: Any) -> None:
        for one in answer:
            emit("label: <answer>")
            del one

    explored = explore(app)
    assert not explored.decides
    assert explored.process is None


def test_printing_what_came_splits_no_outcome() -> None:
    def app(answer: Any, emit: Any) -> str:
        for one in answer:
            emit("label: <answer>")
            if one["description"] == "Dog":
                return "dog"
        return "no dog"

    process = decided(app, "Dog")
    assert process.kind is Kind.TRUE_FALSE
    assert {one.id for one in process.outcomes} == {"dog", "no-dog"}
    assert process.decide({}) == process.decide({"labelAnnotations": [{"description": "Cat"}]})


def test_printing_some_of_what_came_is_an_outcome() -> None:
    def app(answer: Any, emit: Any) -> str:
        for one in answer:
            if one["description"] == "Dog":
                emit("label: <answer>")
        return "done"

    process = decided(app, "Dog")
    assert process.decide({}) != process.decide({"labelAnnotations": [{"description": "Dog"}]})
    assert process.decide({}) == process.decide({"labelAnnotations": [{"description": "Cat"}]})


def test_printing_how_many_is_an_echo() -> None:
    def app(answer: Any, emit: Any) -> None:
        count = 0
        for _ in answer:
            count += 1
        emit(f"{count} labels")

    assert explore(app).process is None


def test_the_area_of_a_box_is_a_term_over_its_corners() -> None:
    def app(answer: Any) -> str:
        for one in answer:
            corner = "boundingPoly.normalizedVertices"
            width = one[f"{corner}.2.x"] + one[f"{corner}.0.x"] * -1
            height = one[f"{corner}.2.y"] + one[f"{corner}.0.y"] * -1
            if one["name"] == "Person" and width * height > 0.2:
                return "near"
        return "far"

    process = decided(app, "Person", api="google.vision.object_localization")
    assert process.status is Status.COMPLETE
    (atom,) = process.atoms
    assert [type(one).__name__ for one in atom.tests] == ["LabelTest", "NumberTest"]


def test_a_test_on_several_numbers_is_never_silent() -> None:
    def app(answer: Any) -> str:
        for one in answer:
            first = one["boundingPoly.normalizedVertices.0.x"]
            second = one["boundingPoly.normalizedVertices.2.x"]
            if one["name"] == "Person" and first + second * -1 > 1.0:
                return "near"
            if one["name"] == "Person" and first * second > 1.0:
                return "nearer"
        return "far"

    # neither can be: numbers that never come are no outcome, and no record says they are
    explored = explore(app, "Person", api="google.vision.object_localization")
    assert explored.process is None


def test_the_parents_of_a_label() -> None:
    def app(answer: Any) -> str:
        for one in answer:
            parents = [one[f"Parents.{i}.Name"] for i in range(2)]
            if any(name == "Vehicle" for name in parents if name.value is not None):
                return "vehicle"
            if any(name == "Animal" for name in parents if name.value is not None):
                return "animal"
        return "nothing"

    process = explore(app, "Vehicle", "Animal", api="aws.rekognition.detect_labels").process
    assert process is not None
    assert process.kind is Kind.MULTI_CHOICE
    answer = {"Labels": [{"Name": "x", "Parents": [{"Name": "Animal"}]}]}
    assert process.decide(answer).id == "animal"
