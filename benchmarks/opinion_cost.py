# ruff: noqa: INP001, T201 - a script, and it prints
"""What a second opinion on the outcome costs: ``python benchmarks/opinion_cost.py``.

Models of random numbers over 717 labels for three example applications, with rows of their own for
the labels that these read. Printed, with one thread and in processor time:

- how long it takes to compile the decision when a model is loaded, and the memory that it keeps;
- the bytes of the model in memory, with and without;
- from features to scores, milliseconds for a request, alone and in batches of 8: labels alone, an
  opinion that says nothing, and one that speaks up on every twentieth request. Beside it stands on
  how many requests labels were moved: where two outcomes are about equally near, an opinion that
  says nothing moves them too, as its pool is a soft one.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
import tracemalloc
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

import chameleonapi
from chameleonapi.decision import DecisionProcess
from chameleonapi.losses import Reconciliation, compile_decision
from chameleonapi.models import LinearHead, OutcomeHead, PooledHead
from chameleonapi.models.served import ServedModel, answer_batch, as_scores, serve_head
from chameleonapi.pipeline.example_applications import example_folder

APPLICATIONS: Final = ("door_policy", "bin_first", "closet_tags")
LABELS: Final = 717
DIFFERS: Final = 20  # one request of so many
ROUNDS, REQUESTS = 9, 160


def generic_head(labels: tuple[str, ...], dimension: int) -> LinearHead:
    """Return a head that is sure of few labels; the last feature says nothing to it."""
    drawn = torch.Generator().manual_seed(0)
    weight = 3 * torch.randn(len(labels), dimension, generator=drawn) / dimension**0.5
    weight[:, -1] = 0
    bias = torch.full((len(labels),), -6.0)
    return LinearHead(labels, weight, bias, torch.zeros(dimension), torch.ones(dimension))


def models_of(process: DecisionProcess, dimension: int) -> tuple[ServedModel, ServedModel]:
    """Return a model with labels alone, and one whose opinion speaks up on the last feature."""
    read = process.labels_read()
    fillers = (f"label {number}" for number in range(LABELS - len(read)))
    generic = generic_head((*read, *fillers), dimension)
    stored = (generic, serve_head(generic))
    weight = generic.weight.clone()
    weight[: len(read)] *= 1.5
    own = LinearHead(generic.labels, weight, generic.bias, generic.mean, generic.std)
    outcomes = compile_decision(process, own.labels).outcomes
    rows = torch.zeros(len(outcomes), dimension)
    rows[0, -1] = 1e3
    none = torch.zeros(len(outcomes))
    opinion = OutcomeHead(LinearHead(outcomes, rows, none, own.mean, own.std), 0.5)
    ready = Reconciliation(process, own.labels, outcomes, 0.5)
    pooled = serve_head(PooledHead(own, opinion, ready), stored)
    return serve_head(own, stored), pooled


def milliseconds(model: ServedModel, features: Tensor, batch: int) -> float:
    """Return the processor time of a request."""
    parts: Sequence[Tensor] = torch.split(features, batch)
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for part in parts:
            answer_batch([model] * len(part), part, as_scores)
        spent.append((time.process_time() - began) / len(features) * 1000)
    return statistics.median(spent)


def moved(plain: ServedModel, pooled: ServedModel, features: Tensor) -> float:
    """Return the share of requests on which some label is moved."""
    both = [
        torch.stack(answer_batch([one] * len(features), features, list)) for one in (plain, pooled)
    ]
    return float((both[0] != both[1]).any(1).float().mean())


def loading(process: DecisionProcess, labels: tuple[str, ...]) -> tuple[float, float]:
    """Return milliseconds to compile a decision, and the KiB that one keeps."""
    outcomes = compile_decision(process, labels).outcomes
    gc.collect()
    tracemalloc.start()
    kept = [Reconciliation(process, labels, outcomes, 0.5) for _ in range(20)]
    for one in kept:
        one(torch.zeros(1, len(labels)), torch.zeros(1, len(outcomes)))
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / len(kept) / 1024
    tracemalloc.stop()
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        compile_decision(process, labels)
        spent.append(time.process_time() - began)
    return statistics.median(spent) * 1000, size


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--dimension", type=int, default=1280, help="features of the backbone")
    dimension: int = parser.parse_args().dimension
    torch.set_num_threads(1)
    drawn = torch.Generator().manual_seed(1)
    features = torch.randn(REQUESTS, dimension, generator=drawn)
    features[:, -1] = 0
    loud = features.clone()
    loud[::DIFFERS, -1] = 1
    for name in APPLICATIONS:
        report = chameleonapi.analyze(example_folder("photos") / f"{name}.py")
        (process,) = report.processes
        plain, pooled = models_of(process, dimension)
        compiled, size = loading(process, plain.labels)
        print(f"{name} ({process.kind.name}): compiled in {compiled:.1f} ms, keeps {size:.0f} KiB;")
        before, after = (one.size_bytes / 1024 for one in (plain, pooled))
        print(f"  a model counts as {before:.0f} KiB, with an opinion {after:.0f} KiB")
        for batch in (1, 8):
            told = [
                milliseconds(model, some, batch)
                for model, some in ((plain, features), (pooled, features), (pooled, loud))
            ]
            shares = [f"{100 * moved(plain, pooled, some):.0f}%" for some in (features, loud)]
            print(
                f"  in batches of {batch}: labels alone {told[0]:.2f} ms, with an opinion that "
                f"says nothing {told[1]:.2f} (moves {shares[0]}), that speaks up {told[2]:.2f} "
                f"(moves {shares[1]})"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
