"""Applications of every shape, as functions over instrumented values: kind, rules, agreement."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.explored import Explored
from chameleonapi.analysis.exploration.site import explore_site
from chameleonapi.decision import (
    DecisionProcess,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    Interval,
    IntervalSet,
    Kind,
    LabelSet,
    NumberTest,
    Order,
    Status,
)
from standin import LABELS, Standin

VOCABULARY = (
    "Animal", "Apple", "Banana", "Bicycle", "Bottle", "Bulldog", "Bus", "Car", "Cat", "Dog", "Fire",
    "Food", "Fruit", "Gun", "Hot dog", "Knife", "Person", "Plastic", "Shirt", "Shoe", "Smoke",
    "Steam", "Truck", "Weapon", "Wild cat", "Wildfire", "Zebra",
)  # fmt: skip
BUDGET = Budget(verification_answers=600)


def explore(
    function: Callable[..., Any], *literals: str, api: str = LABELS, **more: Any
) -> Explored:
    program = Standin(function, api=api, literals=literals)
    budget = more.pop("budget", BUDGET)
    return explore_site(
        program, program.entries[0], program.sites[0], {}, VOCABULARY, budget, **more
    )


def decided(function: Callable[..., Any], *literals: str, api: str = LABELS) -> DecisionProcess:
    process = explore(function, *literals, api=api).process
    assert process is not None
    assert process.verification is not None
    assert process.verification.disagreements == 0, process.gaps
    return process


def labels(answer: Any) -> list[Any]:
    return [one["description"] for one in answer]


def smart_bin(answer: Any) -> str:
    for name in labels(answer):
        if name == "Plastic" or name == "Bottle":  # noqa: PLR1714 - as people write it
            return "recycle"
        if name.among(("Food", "Fruit")):
            return "compost"
        if name == "Shoe" or name == "Shirt":  # noqa: PLR1714
            return "donate"
    return "trash"


BIN = ("Plastic", "Bottle", "Food", "Fruit", "Shoe", "Shirt")


def test_first_match_in_the_order_of_the_answer() -> None:
    process = decided(smart_bin, *BIN)
    assert (process.kind, process.order, process.status) == (
        Kind.MULTI_CHOICE,
        Order.API,
        Status.COMPLETE,
    )
    assert {one.id: one.accepts for one in process.outcomes} == {
        "recycle": ("Bottle", "Plastic"),
        "compost": ("Food", "Fruit"),
        "donate": ("Shirt", "Shoe"),
        "trash": (),
    }
    assert process.default == "trash"
    assert all(isinstance(one, FirstAmong) for one in process.predicates())


def test_the_same_decision_written_otherwise_is_the_same_record() -> None:
    def other(answer: Any) -> str:
        result = "trash"
        table = {
            "Shoe": "donate",
            "Fruit": "compost",
            "Bottle": "recycle",
            "Shirt": "donate",
            "Food": "compost",
            "Plastic": "recycle",
        }
        for name in labels(answer):
            for key, value in table.items():
                if name == key:
                    result = value
                    break
            if result != "trash":
                break
        return result

    assert decided(other, *reversed(BIN)).digest == decided(smart_bin, *BIN).digest


def test_priority_in_the_order_of_the_source() -> None:
    def app(answer: Any) -> str | None:
        for target in ("Dog", "Cat", "Car"):
            if any(name == target for name in labels(answer)):
                return target.lower()
        return None

    process = decided(app, "Dog", "Cat", "Car")
    assert (process.kind, process.order) == (Kind.MULTI_CHOICE, Order.APPLICATION)
    assert [case.outcome for case in process.rules.cases] == ["dog", "cat", "car"]  # type: ignore[union-attr]


@pytest.mark.parametrize("is_negated", [False, True])
def test_true_or_false(is_negated: bool) -> None:
    def app(answer: Any) -> bool:
        return any(name.lower().holds("dog") for name in labels(answer)) is not is_negated

    process = decided(app, "dog")
    assert (process.kind, process.order) == (Kind.TRUE_FALSE, None)
    found = process.outcome("false" if is_negated else "true")
    assert found.accepts == ("Bulldog", "Dog", "Hot dog", "dog")


def test_a_deny_list_holds_for_labels_that_no_vocabulary_lists() -> None:
    def app(answer: Any) -> str:
        return "odd" if any(name != "Person" for name in labels(answer)) else "fine"

    process = decided(app, "Person")
    (atom,) = process.atoms
    assert atom.label_sets() == (LabelSet(frozenset({"Person"}), complement=True),)
    assert process.decide({"labelAnnotations": [{"description": "Never heard of"}]}).id == "odd"


def test_independent_flags() -> None:
    def app(answer: Any, emit: Any) -> None:
        weapon = animal = False
        for one in answer:
            if one["score"] < 0.8:
                continue
            if one["description"].among(("Weapon", "Gun", "Knife")):
                weapon = True
            if one["description"] == "Animal":
                animal = True
        if weapon:
            emit("call the guard")
        if animal:
            emit("feed it")

    process = decided(app, "Weapon", "Gun", "Knife", "Animal")
    assert process.kind is Kind.MULTI_SELECT
    assert [one.id for one in process.outcomes] == ["call-the-guard", "feed-it"]
    score = NumberTest(process.atoms[0].tests[1].value, IntervalSet.at_least(0.8))  # type: ignore[union-attr]
    assert all(score in atom.tests for atom in process.atoms)


def test_flags_with_two_branches_and_a_rest() -> None:
    def app(answer: Any, emit: Any) -> None:
        names = labels(answer)
        dog, cat = any(n == "Dog" for n in names), any(n == "Cat" for n in names)
        emit("dog" if dog else "no dog")
        if cat:
            emit("cat")
        if not dog and not cat:
            emit("nobody")

    process = decided(app, "Dog", "Cat")
    assert process.kind is Kind.MULTI_SELECT
    assert {one.id for one in process.outcomes} == {"dog", "cat"}


def test_numbers_are_exact() -> None:
    def app(answer: Any) -> str:
        for one in answer:
            if one["description"].lower() == "fire" and one["score"] >= 0.75:
                return "ALARM"
            sure = one["score"].apply("percent", lambda score: round(score * 100))
            if one["description"].lower().among(("smoke", "steam")) and sure > 90:
                return "WARN"
        return "OK"

    process = decided(app, "fire", "smoke", "steam")
    assert process.kind is Kind.MULTI_CHOICE
    numbers = [
        test.accepts
        for atom in process.atoms
        for test in atom.tests
        if isinstance(test, NumberTest)
    ]
    assert IntervalSet.at_least(0.75) in numbers
    (other,) = [one for one in numbers if one != IntervalSet.at_least(0.75)]
    assert [round(value * 100) > 90 for value in (0.9, 0.904, 0.905, 0.906)] == [
        value in other for value in (0.9, 0.904, 0.905, 0.906)
    ]


def test_counting() -> None:
    def app(answer: Any) -> str:
        count = 0
        for name in labels(answer):
            if name == "Person":
                count += 1
        return "crowd" if count >= 3 else "some" if count else "empty"

    process = decided(app, "Person")
    assert process.kind is Kind.COUNT
    assert [case.outcome for case in process.rules.cases] == ["crowd", "some"]  # type: ignore[union-attr]


def test_the_length_of_the_answer() -> None:
    def app(answer: Any) -> str:
        return "many" if answer.length >= 5 else "few"

    process = decided(app)
    assert process.kind is Kind.COUNT
    assert process.decide({"labelAnnotations": [{"description": "x"}] * 5}).id == "many"
    assert process.decide({"labelAnnotations": [{"description": "x"}] * 4}).id == "few"


def test_the_best_by_score() -> None:
    def app(answer: Any) -> str:
        rows = list(answer)
        if not rows:
            return "nobody"
        best = rows[0]
        for one in rows[1:]:
            if one["score"] > best["score"]:
                best = one
        if best["description"].among(("Car", "Truck", "Bus")):
            return "vehicle"
        return "bike" if best["description"] == "Bicycle" else "other"

    process = decided(app, "Car", "Truck", "Bus", "Bicycle")
    assert process.kind is Kind.MULTI_CHOICE
    tops = [one for one in process.predicates() if isinstance(one, ExistsInTop)]
    assert {(one.count, one.by) for one in tops} == {(1, "score")}


def test_the_first_element() -> None:
    def app(answer: Any) -> str:
        return "dog" if list(answer)[0]["description"] == "Dog" else "other"  # noqa: RUF015

    process = decided(app, "Dog")
    assert process.kind is Kind.TRUE_FALSE, "a crash on an empty answer is no choice"
    assert any(isinstance(one, ElementAt) for one in process.predicates())
    assert process.decide({}).id == "error-indexerror"
    assert process.default == "other"


def test_the_second_element() -> None:
    def app(answer: Any) -> bool:
        names = labels(answer)
        return len(names) > 1 and bool(names[1] == "Dog")

    process = decided(app, "Dog")
    assert ElementAt(1, "a1") in list(process.predicates())


def test_the_last_match_overrides() -> None:
    def app(answer: Any) -> str:
        result = "nobody"
        for name in labels(answer):
            if name == "Dog":
                result = "dog"
            if name == "Cat":
                result = "cat"
        return result

    process = decided(app, "Dog", "Cat")
    assert (process.kind, process.order) == (Kind.MULTI_CHOICE, Order.API)
    assert all(one.from_end for one in process.predicates())


def test_one_of_the_first_three() -> None:
    def app(answer: Any) -> str:
        return "wild" if any(n.startswith("Wild") for n in labels(answer)[:3]) else "tame"

    process = decided(app, "Wild")
    assert ExistsInTop(3, "a1") in list(process.predicates())


def test_and_of_two() -> None:
    def app(answer: Any) -> str:
        names = labels(answer)
        both = any(n == "Dog" for n in names) and any(n == "Cat" for n in names)
        return "fight" if both else "peace"

    process = decided(app, "Dog", "Cat")
    assert process.kind is Kind.TRUE_FALSE
    assert sum(isinstance(one, Exists) for one in process.predicates()) == 2


def test_one_without_the_other() -> None:
    def app(answer: Any) -> str:
        names = labels(answer)
        return "go" if any(n == "Dog" for n in names) and all(n != "Cat" for n in names) else "stay"

    assert decided(app, "Dog", "Cat").kind is Kind.TRUE_FALSE


def test_an_order_that_no_shape_names_is_an_automaton() -> None:
    def app(answer: Any) -> str:
        has_dog = False
        for name in labels(answer):
            if name == "Dog":
                has_dog = True
            elif name == "Cat" and has_dog:
                return "chase"
        return "calm"

    process = decided(app, "Dog", "Cat")
    assert process.kind is Kind.TRUE_FALSE  # one of two things is done
    (automaton,) = process.automata
    assert len(automaton.outputs) == 3
    assert (
        process.decide({"labelAnnotations": [{"description": "Dog"}, {"description": "Cat"}]}).id
        == "chase"
    )


def test_an_answer_without_labels_may_have_its_own_branch() -> None:
    def app(answer: Any) -> str:
        if not answer.length:
            return "no labels"
        return "dog" if any(n == "Dog" for n in labels(answer)) else "no dog"

    process = decided(app, "Dog")
    assert process.kind is Kind.TRUE_FALSE
    assert process.default == "no-dog"
    assert process.decide({}).id == "no-labels"


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
