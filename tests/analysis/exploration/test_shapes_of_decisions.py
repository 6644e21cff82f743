"""Applications of every shape: kind, rules, agreement."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.exploration.functions import BIN, decided, labels, smart_bin
from chameleonapi.decision import (
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    IntervalSet,
    Kind,
    LabelSet,
    NumberTest,
    Order,
    Status,
)


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
