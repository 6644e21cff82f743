# ruff: noqa: INP001, T201
"""Time losses against binary cross-entropy: ``python benchmarks/loss_cost.py``.

Forward and backward at 5,000 labels and batches of 256, on one thread, for the usual
processes, in processor seconds, the best of 15 steps. The target is twice the time of cross-entropy
over all labels; the last line says whether the slowest one meets it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    CountAtLeast,
    DecisionProcess,
    Exists,
    FirstAmong,
    Flag,
    Flags,
    Kind,
    LabelSet,
    LabelTest,
    Order,
    Outcome,
    RequestShape,
    Span,
)
from chameleonapi.losses import build_loss, compile_decision

LABELS = tuple(f"label {index}" for index in range(5000))
BATCH = 256
TARGET = 2.0
API = "google.vision.label_detection"
PATH = "labelAnnotations"


def atom(name: str, labels: tuple[str, ...], *, complement: bool = False) -> Atom:
    """Return an atom that accepts these labels."""
    accepted = LabelSet(frozenset(labels), complement)
    return Atom(name, PATH, (LabelTest("description", accepted),))


def processes() -> dict[str, DecisionProcess]:
    """Return the usual decisions, over classes of twelve labels."""
    atoms = tuple(atom(f"a{one}", LABELS[12 * one : 12 * one + 12]) for one in range(4))
    names = tuple(one.id for one in atoms)
    outcomes = tuple(Outcome(f"o{one}") for one in range(4))
    none = (*outcomes, Outcome("nothing"))
    common = {"api": API, "call": Span("app.py", 1), "atoms": atoms}
    first = tuple(
        Case(FirstAmong(name, names), one.id) for name, one in zip(names, outcomes, strict=True)
    )
    exists = tuple(Case(Exists(name), one.id) for name, one in zip(names, outcomes, strict=True))
    flags = tuple(Flag(case.predicate, case.outcome) for case in exists)
    deny = (atom("deny", LABELS[:12], complement=True),)
    made = {
        "true-false": DecisionProcess(
            "tf", kind=Kind.TRUE_FALSE, rules=Cases(exists[:1], "nothing"), outcomes=none, **common
        ),
        "choice, API order": DecisionProcess(
            "api",
            kind=Kind.MULTI_CHOICE,
            order=Order.API,
            rules=Cases(first, "nothing"),
            outcomes=none,
            **common,
        ),
        "choice, application order": DecisionProcess(
            "app",
            kind=Kind.MULTI_CHOICE,
            order=Order.APPLICATION,
            rules=Cases(exists, "nothing"),
            outcomes=none,
            **common,
        ),
        "multi-select": DecisionProcess(
            "ms", kind=Kind.MULTI_SELECT, rules=Flags(flags), outcomes=outcomes, **common
        ),
        "count of 3": DecisionProcess(
            "count",
            kind=Kind.COUNT,
            rules=Cases((Case(CountAtLeast("a0", 3), "o0"),), "nothing"),
            outcomes=none,
            **common,
        ),
        "everything but 12": DecisionProcess(
            "deny",
            kind=Kind.TRUE_FALSE,
            rules=Cases((Case(Exists("deny"), "o0"),), "nothing"),
            outcomes=none,
            **{**common, "atoms": deny},
        ),
    }
    made["choice, 1000 results"] = made["choice, API order"].with_(
        id="many", request=RequestShape(max_results=1000)
    )
    return made


def seconds(*calls: Callable[[], object], repeats: int = 15) -> list[float]:
    """Return the best time of each call, taken in turn so that a busy machine hits all alike."""
    times: list[list[float]] = [[] for _ in calls]
    for index in range(repeats + 2):
        for call, taken in zip(calls, times, strict=True):
            start = time.process_time()
            call()
            if index >= 2:  # the first two warm up
                taken.append(time.process_time() - start)
    return [min(one) for one in times]


def backward(logits: Tensor, loss: Callable[[Tensor], Tensor]) -> Callable[[], object]:
    """Return one step: the loss and its gradient."""

    def step() -> object:
        logits.grad = None
        value = loss(logits)
        value.backward()
        return value

    return step


def measure(name: str, process: DecisionProcess, logits: Tensor, present: Tensor) -> float:
    """Print and return the loss in units of cross-entropy; print what deciding takes beside it."""
    decision = compile_decision(process, LABELS)
    loss = build_loss(decision)
    acceptable = decision.acceptable(present)
    target = present.float()
    entropy, robust, decide, judge = seconds(
        backward(logits, lambda z: functional.binary_cross_entropy_with_logits(z, target)),
        backward(logits, lambda z: loss(z, acceptable, present)),
        lambda: decision.decide(logits.detach()),
        lambda: decision.acceptable(present),
    )
    print(
        f"  {name:28s} {robust / entropy:5.2f} x  ({1000 * robust:.1f} of {1000 * entropy:.1f} ms)"
        f"   decide {1000 * decide:5.1f} ms   acceptable {1000 * judge:5.1f} ms"
    )
    return robust / entropy


def main() -> None:
    """Print one line for each process."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    costs: list[float] = []
    present = torch.rand(BATCH, len(LABELS)) < 0.002
    for title, centre in (("trained logits (about -6)", -6.0), ("untrained logits (about 0)", 0.0)):
        print(title)
        logits = (torch.randn(BATCH, len(LABELS)) + centre).requires_grad_()
        costs += [measure(*one, logits, present) for one in processes().items()]
    verdict = "met" if max(costs) <= TARGET else "missed"
    print(f"at most {max(costs):.2f} x cross-entropy; target {TARGET:g} x {verdict}")


if __name__ == "__main__":
    main()
