import sys

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from chameleonapi import decision as d
from chameleonapi.errors import UsageError
from chameleonapi.losses import compile_decision
from losses.decisions import (
    ATOMS,
    LABELS,
    PATH,
    PREDICATES,
    SCORED,
    THEN,
    in_api_order,
    in_application_order,
    multi_select,
    present,
    process,
    true_false,
    yes_or_no,
)

VOCABULARY = (*strategies.LABELS, strategies.OUTSIDE)


def names(decision, table):
    return [
        {one for one, is_in in zip(decision.outcomes, row, strict=True) if is_in}
        for row in table.tolist()
    ]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    strategies.processes(),
    st.lists(st.frozensets(st.sampled_from(VOCABULARY), max_size=3), min_size=1, max_size=4),
)
def test_closed_rows_are_judged_by_the_record(drawn, rows):
    decision = compile_decision(drawn, VOCABULARY)
    table = decision.acceptable(present(*rows, labels=VOCABULARY))
    assert names(decision, table) == [set(drawn.acceptable(d.Truth.of(one))) for one in rows]


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(sorted(PREDICATES)),
    st.lists(
        st.tuples(
            st.frozensets(st.sampled_from(LABELS), max_size=2),
            st.frozensets(st.sampled_from(LABELS[3:]), max_size=3),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([None, 2]),
)
def test_unknown_labels_allow_what_some_completion_reaches(name, rows, limit):
    drawn = yes_or_no(PREDICATES[name], atoms=SCORED, automata=[THEN], max_results=limit)
    decision = compile_decision(drawn, LABELS)
    here = present(*[one for one, _ in rows])
    unknown = present(*[other - one for one, other in rows])
    found = names(decision, decision.acceptable(here, ~unknown))
    for (one, other), outcomes in zip(rows, found, strict=True):
        hidden = other - one
        absent = set(LABELS) - one - hidden
        open_truth = d.Truth.of(one, absent, closed=not hidden)
        assert outcomes <= set(drawn.acceptable(open_truth))
        if limit is not None:
            continue  # the record leaves out unknown labels that only take a place
        # every completion that differs by one label is allowed
        for extra in [(), *[(label,) for label in hidden]]:
            assert set(drawn.acceptable(d.Truth.of({*one, *extra}))) <= outcomes


def test_what_is_right_in_the_three_kinds():
    rows = present(("apple", "glass"), ("dog",), ("shirt", "dog"))
    api = compile_decision(in_api_order(), LABELS)
    assert names(api, api.acceptable(rows)) == [{"fruit", "recycling"}, {"trash"}, {"clothing"}]
    application = compile_decision(in_application_order(), LABELS)
    assert names(application, application.acceptable(rows)) == [{"fruit"}, {"trash"}, {"clothing"}]
    select = compile_decision(multi_select(), LABELS)
    assert names(select, select.acceptable(rows)) == [{"fruit+recycling"}, {"none"}, {"clothing"}]


def test_labels_outside_the_space_count_as_absent():
    decision = compile_decision(true_false(), ("apple", "dog"))  # pears are not known at all
    rows = present((), labels=("apple", "dog"))
    known = torch.tensor([[True, False]])
    assert names(decision, decision.acceptable(rows, known)) == [{"no"}]


def test_an_unverified_label_is_not_taken_for_present():
    decision = compile_decision(true_false(), LABELS)
    rows = present(("apple",))
    assert names(decision, decision.acceptable(rows, ~rows)) == [{"yes", "no"}]


@pytest.mark.parametrize("drawn", [in_api_order(), multi_select(), true_false(max_results=3)])
def test_what_is_acceptable_is_found_once_for_rows_that_are_alike(drawn):
    """Nothing goes through the rows one by one: as many calls are made for a hundred copies."""
    labels = (*LABELS, *(f"label {index}" for index in range(1000)))
    decision = compile_decision(drawn, labels)
    rows = torch.rand(50, len(labels)) < 0.01
    rows[:, :8] = torch.rand(50, 8) < 0.3
    known = torch.rand(50, len(labels)) < 0.9

    def calls(copies):
        made = []
        many, of = rows.repeat(copies, 1), known.repeat(copies, 1)
        sys.setprofile(lambda _frame, event, _argument: made.append(event))
        try:
            decision.acceptable(many)
            decision.acceptable(many, of)
        finally:
            sys.setprofile(None)
        return len(made)

    once = calls(1)
    assert calls(100) < 1.5 * once


def test_no_rows_are_no_error():
    decision = compile_decision(true_false(), LABELS)
    assert decision.acceptable(torch.zeros(0, 8, dtype=torch.bool)).shape == (0, 2)


def test_a_decision_that_no_label_changes_has_one_answer():
    decision = compile_decision(process(d.Cases((), "only"), atoms=()), LABELS)
    assert decision.acceptable(present(("apple",), ())).tolist() == [[True], [True]]


def test_rows_of_another_width_are_refused():
    decision = compile_decision(true_false(), LABELS)
    with pytest.raises(UsageError, match=r"present of app.*\(1, 3\)"):
        decision.acceptable(torch.zeros(1, 3, dtype=torch.bool))
    with pytest.raises((UsageError, TypeError), match="known"):  # the check of types comes first
        decision.acceptable(
            torch.zeros(1, 8, dtype=torch.bool), torch.zeros(1, 3, dtype=torch.bool)
        )


# More flags than can be enumerated

MANY = tuple(f"thing {index}" for index in range(15))


def many_flags():
    atoms = tuple(
        d.Atom(f"a{i}", PATH, (d.LabelTest("description", d.LabelSet.of(label)),))
        for i, label in enumerate(MANY)
    )
    rules = d.Flags(tuple(d.Flag(d.Exists(one.id), f"f{i}") for i, one in enumerate(atoms)))
    return process(rules, kind=d.Kind.MULTI_SELECT, atoms=atoms, max_results=50)


def test_many_flags_are_factored():
    drawn = many_flags()
    decision = compile_decision(drawn, MANY)
    assert decision.is_factored
    assert decision.outcomes[:2] == ("f0", "not f0")
    rows = torch.rand(20, 15) < 0.3
    acceptable = decision.acceptable(rows)
    right = torch.where(rows, 3.0, -3.0)
    assert decision.is_correct(right, acceptable).all()
    assert [decision.outcome_id(one) for one in decision.decide(right).tolist()] == [
        drawn.rules.outcome_id(tuple(row)) for row in rows.tolist()
    ]
    wrong = right.clone()
    wrong[:, 4] *= -1
    assert not decision.is_correct(wrong, acceptable).any()
    assert (decision.margins(right, temperature=0.0).reshape(20, 15, 2)[..., 0] > 0).equal(rows)


def test_unknown_flags_of_many_may_be_either():
    decision = compile_decision(many_flags(), MANY)
    rows = torch.zeros(1, 15, dtype=torch.bool)
    known = torch.ones(1, 15, dtype=torch.bool)
    known[0, 3] = False
    pairs = decision.acceptable(rows, known).reshape(15, 2)
    assert pairs[3].tolist() == [True, True]
    assert pairs[2].tolist() == [False, True]


def test_few_flags_are_correct_when_their_joint_outcome_is():
    decision = compile_decision(multi_select(), LABELS)
    rows = present(("apple", "shirt"))
    assert decision.is_correct(
        torch.where(rows, 2.0, -2.0), decision.acceptable(rows)
    ).tolist() == [True]
    assert decision.is_correct(torch.full((1, 8), -2.0), decision.acceptable(rows)).tolist() == [
        False
    ]


def test_atoms_that_no_rule_uses_do_not_matter():
    odd = d.Atom("odd", PATH, (d.LabelTest("mid", d.LabelSet.of("/m/1")),))
    decision = compile_decision(true_false(atoms=(*ATOMS, odd)), LABELS)
    assert names(decision, decision.acceptable(present(("apple",)))) == [{"yes"}]


def test_labels_that_only_a_word_of_the_source_accepts_are_told_from_others():
    lowered = d.TextCall("lower", (d.TheText(),))
    word = d.TextCall("in", (d.TextConstant("apple"), lowered))
    asked = d.TextRule((word,), (d.TextRow((0,)),))
    apples = d.Atom(
        "apple", PATH, (d.LabelTest("description", d.LabelSet.of("Apple"), beyond=asked),)
    )
    bananas = d.Atom("banana", PATH, (d.LabelTest("description", d.LabelSet.of("Banana")),))
    both = ("apple", "banana")
    cases = d.Cases(tuple(d.Case(d.FirstAmong(one, both), one) for one in both), "trash")
    drawn = process(cases, atoms=(apples, bananas), order=d.Order.API, kind=d.Kind.MULTI_CHOICE)
    labels = ("Thing", "Custard apple of the hills", "Apple", "Banana")
    assert drawn.labels_read(labels) == labels[1:]
    assert drawn.labels_read() == ("Apple", "Banana")
    decision = compile_decision(drawn, labels)
    rows = [{one} for one in labels] + [{labels[1], "Banana"}, {"Thing", "Apple"}, set()]
    table = decision.acceptable(present(*rows, labels=labels))
    assert names(decision, table) == [set(drawn.acceptable(d.Truth.of(one))) for one in rows]
    assert table[1].tolist() == table[2].tolist() != table[0].tolist()
