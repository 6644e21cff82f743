import pytest
import torch

from chameleonapi.decision import Status
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import OTHER_OUTCOME, ProgramDecision, build_loss, compile_decision
from losses.decisions import (
    LABELS,
    in_api_order,
    in_application_order,
    present,
    random_logits,
    true_false,
)

API = "google.vision.label_detection"
ROWS = (("apple",), ("glass", "dog"), ("shirt", "pear"), (), ("apple", "paper", "shirt"))


def asked_of(process):
    """A program that does what a record says."""
    return ProgramDecision(
        process.api,
        tuple(LABELS),
        tuple(one.id for one in process.outcomes),
        lambda answers: [process.decide(one).id for one in answers],
        process.request,
    )


@pytest.mark.parametrize("process", [true_false(), in_api_order(), in_application_order()])
def test_it_decides_like_the_record_of_the_same_program(process):
    program, compiled = asked_of(process), compile_decision(process, LABELS)
    logits = random_logits(300, seed=5)
    decided = [program.outcome_id(int(one)) for one in program.decide(logits)]
    assert decided == [compiled.outcome_id(int(one)) for one in compiled.decide(logits)]
    rows = present(*ROWS)
    columns = [program.outcomes.index(one) for one in compiled.outcomes]
    assert torch.equal(program.acceptable(rows)[:, columns], compiled.acceptable(rows))
    assert not program.acceptable(rows)[:, -1].any()


def odd_one(answers):
    """No record says this: whether the letters of all names are an odd number."""
    names = ["".join(one["description"] for one in a.get("labelAnnotations", [])) for a in answers]
    return ["odd" if len(one) % 2 else "even" for one in names]


def test_a_head_learns_what_a_program_does():
    labels = ("cat", "bird", "tree", "moose")  # 3, 4, 4 and 5 letters
    decision = ProgramDecision(API, labels, ("odd", "even"), odd_one)
    generator = torch.Generator().manual_seed(0)
    really = torch.rand(400, 4, generator=generator) < 0.5
    features = really + 0.6 * torch.randn(400, 4, generator=generator)
    acceptable = decision.acceptable(really)
    lengths = torch.tensor([3, 4, 4, 5])
    odd = (really * lengths).sum(1) % 2 == 1
    assert torch.equal(acceptable[:, 0], odd)
    weight = torch.eye(4).requires_grad_()
    bias = torch.full((4,), 0.8).requires_grad_()  # too much of everything is seen
    optimiser = torch.optim.Adam([weight, bias], lr=0.1)

    def wrong():
        logits = (features @ weight.T + bias).detach()
        return float((~decision.is_correct(logits, acceptable)).float().mean())

    before = wrong()
    for step in range(60):
        optimiser.zero_grad()
        loss = build_loss(decision, "perturbation.v1", draws=8, seed=step)
        loss(features @ weight.T + bias, acceptable, really).backward()
        optimiser.step()
    assert before > 0.45
    assert wrong() < 0.6 * before


def test_what_is_not_among_the_outcomes_is_never_right():
    decision = ProgramDecision(API, ("cat",), ("meow",), lambda answers: ["bark"] * len(answers))
    assert decision.outcomes == ("meow", OTHER_OUTCOME)
    assert decision.decide(torch.zeros(2, 1)).tolist() == [1, 1]
    assert not decision.acceptable(torch.ones(1, 1, dtype=torch.bool)).any()


def test_a_program_is_asked_once_about_an_answer():
    asked = []

    def run(answers):
        asked.extend(answers)
        return ["same"] * len(answers)

    decision = ProgramDecision(API, ("cat", "dog"), ("same",), run)
    logits = torch.tensor([[2.0, -9.0], [2.0, -9.0], [2.0, 3.0]])
    decision.decide(logits)
    decision.decide(logits)
    assert len(asked) == 2
    shown = asked[1]["labelAnnotations"]
    assert [one["description"] for one in shown] == ["dog", "cat"]


def test_unknown_labels_count_as_absent():
    decision = ProgramDecision(
        API,
        ("cat",),
        ("some", "none"),
        lambda answers: ["some" if one.get("labelAnnotations") else "none" for one in answers],
    )
    here, unknown = torch.ones(1, 1, dtype=torch.bool), torch.zeros(1, 1, dtype=torch.bool)
    assert decision.acceptable(here)[0].tolist() == [True, False, False]
    assert decision.acceptable(here, unknown)[0].tolist() == [False, True, False]


def test_losses_that_need_more_than_outcomes_say_so():
    decision = asked_of(true_false())
    for name in ("robustness.v1", "paper.v1", "asymmetric.v1"):
        with pytest.raises(UnsupportedError) as caught:
            build_loss(decision, name)
        assert "perturbation.v1" in str(caught.value.hint)
    with pytest.raises(UnsupportedError, match="no margins"):
        decision.margins(torch.zeros(1, len(LABELS)))
    assert decision.process.status is Status.UNSUPPORTED
    assert decision.process.decide({}).id == OTHER_OUTCOME
    rows = present(("apple",))
    value = build_loss(decision, "basic.v1")(
        torch.zeros(1, len(LABELS)), decision.acceptable(rows), rows
    )
    assert value > 0


@pytest.mark.parametrize(
    ("labels", "outcomes", "options", "said"),
    [
        (("a", "a"), ("x",), {}, "2 labels with 1 different"),
        (("a",), (), {}, "0 outcomes"),
        (("a",), (OTHER_OUTCOME,), {}, "fewer than one order"),
        (("a",), ("x",), {"orders": 0}, "fewer than one order"),
    ],
)
def test_settings_that_are_refused(labels, outcomes, options, said):
    with pytest.raises(UsageError, match=said):
        ProgramDecision(API, labels, outcomes, lambda _answers: [], **options)


def test_a_program_that_tells_too_little():
    decision = ProgramDecision(API, ("a",), ("x",), lambda _answers: [])
    with pytest.raises(UsageError, match="0 outcomes of 1 answers"):
        decision.decide(torch.zeros(1, 1))


def test_an_api_without_labels():
    with pytest.raises(UnsupportedError, match="labels and scores"):
        ProgramDecision("google.language.analyze_sentiment", ("a",), ("x",), lambda _answers: [])
