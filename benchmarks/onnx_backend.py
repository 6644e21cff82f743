# ruff: noqa: INP001, T201
"""Compare ONNX Runtime with torch: ``python benchmarks/onnx_backend.py QUICKSTART``.

QUICKSTART is the folder of `chameleon quickstart` (or any with ``models`` and
``data/application``). Prints, for every picture of its validation part and every model
of its registry, how many decisions and which scores differ, and the processor time of a
picture in batches of 16: of the backbone alone, and with decoding and heads.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import torch
from serving_speed import hardware

from chameleonapi.apis import LabelScores, Request, label_answer
from chameleonapi.data import load_dataset
from chameleonapi.decision import load_process
from chameleonapi.models import SharedBackbonePredictor, load_backbone
from chameleonapi.pipeline import load_predictor

_BATCH = 16


def cpu_each(call: Callable[[], object], count: int, repeats: int = 5) -> float:
    """Return the least processor time for one of ``count`` things that a call does, in ms."""
    call()
    taken = []
    for _ in range(repeats):
        began = time.process_time()
        call()
        taken.append((time.process_time() - began) / count)
    return 1e3 * min(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="validation", help="for instance validation,test")
    options = parser.parse_args()
    folder: Path = options.folder
    torch.set_num_threads(1)
    print(f"{hardware()}; one thread")
    process = load_process(folder / "decision.json")
    dataset = load_dataset(folder / "data" / "application", check_pictures=False)
    predictors = {
        name: load_predictor(folder / "models", backend=name)[0]  # type: ignore[arg-type]
        for name in ("torch", "onnx")
    }
    contents = [one.read() for one in dataset.examples if one.split in options.parts.split(",")]
    for application in ("", *predictors["torch"].applications):
        different, farthest = 0, 0.0
        for begin in range(0, len(contents), _BATCH):
            batch = [Request(application, one) for one in contents[begin : begin + _BATCH]]
            found = [predictors[name].predict(batch) for name in ("torch", "onnx")]
            for ours, theirs in zip(*found, strict=True):
                assert isinstance(ours, LabelScores)
                assert isinstance(theirs, LabelScores)
                gaps = (abs(a - b) for a, b in zip(ours.scores, theirs.scores, strict=True))
                farthest = max(farthest, *gaps)
                different += decided(process, ours) != decided(process, theirs)
        print(
            f"  {application or 'generic'}: {different} of {len(contents)} decisions differ, "
            f"no score by more than {farthest:.1e}"
        )
    speed(predictors, contents[:_BATCH])


def decided(process: object, scores: LabelScores) -> str:
    """Return the outcome of a decision on scores."""
    from chameleonapi.decision import DecisionProcess

    assert isinstance(process, DecisionProcess)
    answer = label_answer(
        process.spec, scores, shown_score=process.shown_score, max_results=process.max_results
    )
    return process.decide(answer).id


def speed(predictors: dict[str, SharedBackbonePredictor], contents: list[bytes]) -> None:
    """Print the processor time of a picture."""
    requests = [Request("", one) for one in contents]
    whole = {
        name: cpu_each(lambda one=one: one.predict(requests), len(requests))  # type: ignore[misc]
        for name, one in predictors.items()
    }
    backbones = {name: load_backbone(backend=name) for name in ("torch", "onnx")}  # type: ignore[arg-type]
    side = backbones["torch"].side
    pixels = torch.randn(_BATCH, 3, side, side)
    alone = {
        name: cpu_each(lambda one=one: one.features(pixels), _BATCH)  # type: ignore[misc]
        for name, one in backbones.items()
    }
    for what, times in (("the backbone alone", alone), ("with decoding and heads", whole)):
        print(
            f"  {what}: torch {times['torch']:.2f} ms, ONNX Runtime {times['onnx']:.2f} ms CPU a "
            f"picture: {times['torch'] / times['onnx']:.2f} times as fast"
        )


if __name__ == "__main__":
    main()
