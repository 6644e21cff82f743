# ruff: noqa: INP001
"""The server that ``serving_speed.py`` measures, in a process of its own.

Prints its ports, then answers each line of its input; ends with it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

from chameleonapi.apis import (
    LABEL_APIS,
    ApiAnswer,
    ApiPredictor,
    LabelScores,
    Prediction,
    Predictor,
    Request,
)
from chameleonapi.data import read_square
from chameleonapi.errors import ChameleonError, InputError
from chameleonapi.serving import ServerConfig, start_server

_LABELS = tuple(f"Label {number}" for number in range(10))
_SCORES = tuple(0.95 - number / 25 for number in range(10))


class _Constant:
    """Answers without looking, after a time for each input."""

    applications: tuple[str, ...] = ()

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def predict(self, requests: Sequence[Request]) -> list[LabelScores]:
        if self._seconds:
            time.sleep(self._seconds * len(requests))
        return [LabelScores(_LABELS, _SCORES) for _ in requests]


class _Soaked:
    """Decodes pictures, and answers APIs of labels and of sentiment with constants."""

    applications = ("warm",)

    def serves(self, application: str, api: str) -> bool:  # noqa: ARG002 -- for any
        return api in LABEL_APIS or api.endswith("_sentiment")

    def predict(self, requests: Sequence[Request]) -> list[Prediction | ChameleonError]:
        return [self._one(one) for one in requests]

    def _one(self, request: Request) -> Prediction | ChameleonError:
        if request.api == "aws.comprehend.detect_sentiment":
            shares = {"Positive": 0.9, "Negative": 0.05, "Neutral": 0.05, "Mixed": 0.0}
            return ApiAnswer({"Sentiment": "POSITIVE", "SentimentScore": shares})
        if request.api == "google.language.analyze_sentiment":
            text = {"content": request.content.decode(), "beginOffset": 0}
            mood = {"score": 0.5, "magnitude": 0.5}
            return ApiAnswer(
                {"documentSentiment": mood, "sentences": [{"text": text, "sentiment": mood}]}
            )
        try:
            read_square(request.content, 64)
        except InputError as error:
            return error
        return LabelScores(_LABELS, _SCORES)


def _embedded(backend: str) -> Predictor:
    import torch

    from chameleonapi.models import (
        LAST_LAYER_BACKBONE,
        LinearHead,
        SharedBackbonePredictor,
        load_backbone,
    )

    drawn = torch.Generator().manual_seed(0)
    backbone = load_backbone(LAST_LAYER_BACKBONE, backend=backend)  # type: ignore[arg-type]
    size, labels = backbone.dimension, 500
    head = LinearHead(
        tuple(f"Label {number}" for number in range(labels)),
        torch.randn(labels, size, generator=drawn) / size**0.5,
        torch.zeros(labels),
        torch.zeros(size),
        torch.ones(size),
    )
    return SharedBackbonePredictor(backbone, head, read_picture=read_square)


def _alone(predictor: Predictor, picture: bytes, seconds: float, batch: int) -> dict[str, float]:
    requests = [Request("", picture)] * batch
    predictor.predict(requests)
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        predictor.predict(requests)
        count += batch
    taken = time.perf_counter() - began
    return {"rate": count / taken, "cpu": (time.process_time() - cpu) / count}


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=("no-op", "slow", "embedded", "soak"))
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--max-waiting", type=int, default=256)
    parser.add_argument("--backend", default="torch")
    options = parser.parse_args()
    predictor: Predictor | ApiPredictor = _Constant(options.seconds)
    if options.model == "embedded":
        predictor = _embedded(options.backend)
    elif options.model == "soak":
        predictor = _Soaked()
    config = ServerConfig(max_waiting=options.max_waiting)
    with start_server(predictor, config) as server:
        _say({"http": server.http_port, "grpc": server.grpc_port})
        for line in sys.stdin:
            asked = json.loads(line)
            picture = bytes.fromhex(asked["picture"])
            _say(_alone(predictor, picture, asked["seconds"], config.max_batch))


def _say(said: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
