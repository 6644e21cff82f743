"""What matters to a program is found out by asking it, and it is then decided as it decides."""

from dataclasses import replace
from itertools import combinations

import pytest
import torch

from chameleonapi.apis import LabelScores, label_answer
from chameleonapi.decision import OTHER_OUTCOME, Cases, DecisionProcess, Kind, Outcome, Span, Truth
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses import ProgramDecision, ask_program, build_loss, compile_decision
from evaluation.worlds import process as rules

API = "google.vision.label_detection"
LABELS = ("Apple", "Glass", "Shirt", "Pear", "Dog", "Paper")
RECORD = DecisionProcess(
    "app", API, Span("app.py", 3), Kind.GENERAL, Cases((), "open"), (Outcome("open"),)
)
SHOWN = RECORD.shown_score


def program(function):
    """Return a program that decides by (name, score) pairs of an answer."""

    def run(answers):
        rows = [one.get("labelAnnotations", []) for one in answers]
        return [function([(one["description"], one["score"]) for one in some]) for some in rows]

    return run


def any_fruit(found):
    return "fruit" if any(name in {"Apple", "Pear"} for name, _ in found) else "none"


def sure_fruit(found):
    names = {name for name, score in found if score >= (0.8 if name == "Apple" else 0.65)}
    return "fruit" if names & {"Apple", "Pear"} else "none"


def first_bin(found):
    bins = {"Glass": "glass", "Paper": "paper", "Shirt": "textile"}
    return next((bins[name] for name, _ in found if name in bins), "rest")


def many(found):
    return "many" if len(found) >= 2 else "few"


def crossed(found):
    names = {name for name, _ in found}
    return "mixed" if {"Apple", "Glass"} <= names else "plain"


PROGRAMS = {
    any_fruit: ({"Apple", "Pear"}, set()),
    sure_fruit: ({"Apple", "Pear"}, {0.65, 0.8}),
    first_bin: ({"Glass", "Paper", "Shirt"}, set()),
    crossed: ({"Apple", "Glass"}, set()),
}


def examples(count=300, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, len(LABELS), generator=generator) < 0.3


def answer_of(scores):
    return label_answer(
        RECORD.spec, LabelScores(LABELS, tuple(scores)), shown_score=SHOWN, max_results=10
    )


@pytest.mark.parametrize("function", PROGRAMS)
def test_what_matters_is_found_out(function):
    asked = ask_program(RECORD, program(function), LABELS, examples())
    matter, lines = PROGRAMS[function]
    assert set(asked.process.labels_read()) == matter
    assert {round(one, 2) for one in asked.process.lines} == {SHOWN, *lines}
    assert not asked.process.reads_length
    assert asked.agreement == 1
    assert asked.questions < 5000


@pytest.mark.parametrize("function", [*PROGRAMS, many])
def test_it_decides_as_the_program_does(function):
    run = program(function)
    process = ask_program(RECORD, run, LABELS, examples()).process
    decision = compile_decision(process, LABELS)
    assert isinstance(decision, ProgramDecision)
    logits = 2 * torch.randn(400, len(LABELS), generator=torch.Generator().manual_seed(1))
    scores = torch.sigmoid(logits.double()).tolist()
    told = run([answer_of(one) for one in scores])
    decided = [decision.outcome_id(int(one)) for one in decision.decide(logits)]
    assert decided == [process.names[one] for one in told]
    assert process.decide_each([answer_of(one) for one in scores]) == decided
    present = examples(seed=2)
    right = decision.acceptable(present)
    for row, some in zip(present.tolist(), right.tolist(), strict=True):
        truth = Truth.of(label for label, here in zip(LABELS, row, strict=True) if here)
        found = {one for one, is_right in zip(decision.outcomes, some, strict=True) if is_right}
        assert process.acceptable(truth) == found


def test_labels_that_count_together_are_found_at_the_border():
    """No label of an example makes a difference by itself, and none alone leads anywhere."""

    def two_signs(found):
        return "food" if len({"Apple", "Glass", "Pear"} & set(dict(found))) >= 2 else "none"

    always = torch.tensor([[one in {"Apple", "Glass", "Pear"} for one in LABELS]])
    present = torch.cat([always, ~always])
    asked = ask_program(RECORD, program(two_signs), LABELS, present)
    assert set(asked.process.labels_read()) == {"Apple", "Glass", "Pear"}
    assert asked.agreement == 1


def test_of_examples_that_are_held_out_nothing_is_learnt_but_what_is_done_on_them():
    """Two labels count together, and stand together in examples that are held out only."""

    def pair(found):
        names = set(dict(found))
        if {"Apple", "Glass", "Pear", "Shirt", "Paper"} <= names:
            return "all five"
        return "dog" if "Dog" in names else "none"

    single = torch.eye(len(LABELS), dtype=torch.bool)
    single = torch.cat([single, torch.zeros(1, len(LABELS), dtype=torch.bool)])
    five = torch.tensor([[one != "Dog" for one in LABELS]])
    run = program(pair)
    alone = ask_program(RECORD, run, LABELS, single).process
    beside = ask_program(RECORD, run, LABELS, single, held_out=five).process
    assert (beside.atoms, beside.lines) == (alone.atoms, alone.lines)
    assert beside.reads_length == alone.reads_length
    assert set(beside.names) - set(alone.names) == {"all five"}
    # had they been learnt from, all six would be found to matter
    learnt = ask_program(RECORD, run, LABELS, torch.cat([single, five])).process
    assert set(learnt.labels_read()) == set(LABELS) != set(beside.labels_read())


def test_labels_that_do_the_same_make_one_class():
    def classes(function):
        process = ask_program(RECORD, program(function), LABELS, examples()).process
        return {frozenset(some.labels) for one in process.atoms for some in one.label_sets()}

    assert classes(any_fruit) == {frozenset({"Apple", "Pear"})}
    assert classes(sure_fruit) == {frozenset({"Apple"}), frozenset({"Pear"})}
    assert classes(first_bin) == {frozenset({one}) for one in ("Glass", "Paper", "Shirt")}

    def door(found):
        names = set(dict(found))
        return (
            "in" if names & {"Apple", "Pear", "Dog"} and not names & {"Glass", "Shirt"} else "out"
        )

    assert classes(door) == {frozenset({"Apple", "Pear", "Dog"}), frozenset({"Glass", "Shirt"})}


def test_of_many_labels_the_same_orders_are_right_in_both_forms():
    def ends(found):
        return f"{found[0][0]} to {found[-1][0]}" if found else "none"

    pairs = torch.tensor([[one in some for one in LABELS] for some in combinations(LABELS, 2)])
    process = ask_program(RECORD, program(ends), LABELS, pairs).process
    present = torch.ones(1, len(LABELS), dtype=torch.bool)
    (right,) = compile_decision(process, LABELS).acceptable(present).tolist()
    outcomes = compile_decision(process, LABELS).outcomes
    found = {one for one, is_right in zip(outcomes, right, strict=True) if is_right}
    assert found == process.acceptable(Truth.of(LABELS))


def test_the_number_of_labels_matters():
    process = ask_program(RECORD, program(many), LABELS, examples()).process
    assert process.reads_length
    assert list(process.predicates())
    assert process.labels_read() == ()


def test_few_questions_decide_many_rows():
    questions = []

    def run(answers):
        questions.extend(answers)
        return program(sure_fruit)(answers)

    process = ask_program(RECORD, run, LABELS, examples()).process
    decision = compile_decision(process, LABELS)
    before = len(questions)
    logits = torch.randn(20_000, len(LABELS), generator=torch.Generator().manual_seed(3))
    decision.decide(logits)
    assert len(questions) - before < 60
    compile_decision(process, LABELS[:4]).decide(logits[:, :4])
    assert len(questions) - before < 60


def heavy(found):
    return "heavy" if sum(score for _, score in found) > 1.9 else "light"


def test_sums_of_scores_are_followed_in_bands():
    asked = ask_program(RECORD, program(heavy), LABELS, examples())
    assert 0.98 <= asked.agreement <= 1
    assert len(asked.process.lines) >= 20


def test_a_program_that_goes_by_anything_else_is_refused():
    def digits(found):
        is_odd = sum(int(score * 1000) % 7 for _, score in found) % 2
        return "odd" if is_odd else ("even" if found else "none")

    with pytest.raises(UnsupportedError, match="goes by more than"):
        ask_program(RECORD, program(digits), LABELS, examples())


def test_one_outcome_or_far_too_many_are_refused():
    with pytest.raises(UnsupportedError, match="does the same"):
        ask_program(RECORD, program(lambda _found: "x"), LABELS, examples())
    with pytest.raises(UnsupportedError, match="different things"):
        ask_program(RECORD, program(str), LABELS, examples())


def test_no_file_says_that_a_program_is_to_be_run():
    process = ask_program(RECORD, program(any_fruit), LABELS, examples()).process
    assert DecisionProcess.from_json(process.to_json()) == RECORD
    other = ask_program(
        RECORD, program(any_fruit), LABELS, examples(), source_digest="another"
    ).process
    assert process.digest != other.digest
    assert process.decide({}).id == "none"
    assert OTHER_OUTCOME in {one.id for one in process.outcomes}


def test_outcomes_are_named_as_in_a_record_that_agrees():
    record = rules({"pome": ["Apple", "Pear"], "tableware": ["Glass"]})
    kinds = {"Apple": "A", "Pear": "A", "Glass": "B"}

    def first(found):
        return next((kinds[name] for name, _ in found if name in kinds), "C")

    asked = ask_program(record, program(first), LABELS, examples())
    assert asked.process.names == {"A": "pome", "B": "tableware", "C": record.default}
    assert asked.process.default == record.default
    assert asked.shared == {"pome", "tableware", record.default}

    def other(found):
        return "C" if ("Dog" in dict(found)) else first(found)

    asked = ask_program(record, program(other), LABELS, examples())
    assert asked.process.names == {"A": "a", "B": "b", "C": "c"}
    assert asked.shared == set()


def test_labels_that_are_paths_may_be_taken_apart():
    labels = ("/Sports", "/Sports/Hockey", "/Food", "/News")
    topics = replace(RECORD, api="google.language.classify_text")

    def run(answers):
        rows = [[one["name"].split("/")[1] for one in some["categories"]] for some in answers]
        return ["sports" if "Sports" in some else "other" for some in rows]

    process = ask_program(topics, run, labels, torch.eye(len(labels)).bool()).process
    assert set(process.labels_read()) == {"/Sports", "/Sports/Hockey"}
    assert not process.reads_length


def test_it_is_trained_for_by_noise():
    process = ask_program(RECORD, program(first_bin), LABELS, examples()).process
    decision = compile_decision(process, LABELS)
    present = examples(64)
    logits = torch.zeros(64, len(LABELS), requires_grad=True)
    loss = build_loss(decision, "perturbation.v1")
    loss(logits, decision.acceptable(present), present).backward()
    assert logits.grad.abs().sum() > 0
    with pytest.raises(UnsupportedError, match="no margins"):
        build_loss(decision, "robustness.v1")
