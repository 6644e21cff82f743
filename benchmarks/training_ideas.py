# ruff: noqa: INP001, T201 - a script, and it prints
"""Measure ideas for the training, most of them not taken, on photographs that never count.

    python benchmarks/training_ideas.py PHOTOS --resume FOLDER --shots 200
    python benchmarks/training_ideas.py PHOTOS --resume FOLDER --shots 20 --ideas placed,outcomes

PHOTOS and FOLDER are as in `training_choices.py`: the deployed setting, with rehearsal. Printed are
wrong decisions in %, outcomes counted alike, in the mean of the applications, and what each idea
changes against the same without it (95%; applications and photographs are drawn again, both).

- placed: thresholds are first placed where the loss of the decision on unseen examples is least,
  and searched from there.
- calibrated: the same, with a scale of each target class as well, pulled to one.
- hard: after six epochs, examples of small margin are drawn more often.
- order: the loss is the cross-entropy of the outcomes' margins, each against all others.
- blended: features of two examples with the same right outcomes are blended in training.
- outcomes: a softmax over outcomes is trained on the same features, from nothing, and its logarithm
  is added to that of ours before the best outcome is taken, which no linear head can do; `folded`
  is the linear map of its logits into those of the labels with the least loss on unseen examples.
- heard: that second opinion as it is taken and served (docs/decisions/0015): weighed on unseen
  examples, and the labels moved to where both lead.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear
from training_choices import Printed

from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import Decision, DecisionLoss, build_loss, compile_decision
from chameleonapi.models import LinearHead, PooledHead, load_backbone
from chameleonapi.pipeline.benchmark.applications import Application, find_applications
from chameleonapi.pipeline.benchmark.division import Division, few_shots
from chameleonapi.pipeline.benchmark.photos import load_photos
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.training import TrainSettings, hold_out, train_generic
from chameleonapi.training.customize import LOSS_OPTIONS, customize_in
from chameleonapi.training.decision_task import DecisionTask, Examples
from chameleonapi.training.folds import Folds, mean_head
from chameleonapi.training.groups import Group
from chameleonapi.training.judge import Judge, mix_weights
from chameleonapi.training.loop import Layer, Parameters, fit
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.rehearsal import rehearse
from chameleonapi.training.thresholds import search_scaled
from chameleonapi.training.workshop import Workshop

IDEAS: Final = ("placed", "calibrated", "hard", "order", "blended", "outcomes", "heard")
SETTINGS: Final = TrainSettings()
ROBUSTNESS: Final = "robustness.v1"
STRIDE: Final = 7919  # as between the folds of all other heads
WEIGHTS: Final = (0.25, 0.5, 1.0)
Wrong = dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class Answers:
    """Logits over the compact columns: of unseen examples, and of the test photographs."""

    unseen: Tensor
    test: Tensor

    def mean(self, other: Answers) -> Answers:
        """Return the mean of both."""
        return Answers((self.unseen + other.unseen) / 2, (self.test + other.test) / 2)


def robustness(decision: Decision) -> DecisionLoss:
    """Return our loss as it is used."""
    return build_loss(decision, ROBUSTNESS, **LOSS_OPTIONS[ROBUSTNESS])


@dataclass(frozen=True, eq=False)
class OrderLoss:
    """The cross-entropy of the outcomes' margins."""

    decision: Decision
    name: str = "order"

    def __call__(
        self,
        logits: Tensor,
        acceptable: Tensor,
        present: Tensor,  # noqa: ARG002 - the form of a loss
        known: Tensor | None = None,  # noqa: ARG002
        *,
        reduction: str = "mean",
    ) -> Tensor:
        """Return the loss of a batch."""
        each = missed(self.decision.margins(logits), acceptable)
        return each.mean() if reduction == "mean" else each


def missed(scores: Tensor, acceptable: Tensor) -> Tensor:
    """Return the cross-entropy of each example; nothing where nothing, or all, is acceptable."""
    shares = scores.log_softmax(1).masked_fill(~acceptable, -1e4).logsumexp(1)
    return torch.where(acceptable.any(1) & ~acceptable.all(1), -shares, 0.0)


class Hard:
    """A task that draws examples of small margin more often, later on."""

    def __init__(self, task: DecisionTask) -> None:
        self._task, self._epoch, self.start = task, -1, task.start
        self.loss = task.loss
        assert task.sampling is not None
        self._usual = self._weights = task.sampling

    def order(self, generator: torch.Generator) -> Tensor:
        """Draw the examples of an epoch."""
        return replace(self._task, sampling=self._weights).order(generator)

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Judge, and weigh the examples of the next epoch."""
        self._epoch += 1
        task: Any = self._task
        if self._epoch >= 6:
            layer, data = Layer.of(parameters), task.train
            change = Layer(layer.weight - task.layer.weight, layer.bias - task.layer.bias)
            with torch.no_grad():
                margins, _ = task.main.example_margins(task.changed(data, change), data.acceptable)
            self._weights = self._usual * (0.2 + torch.sigmoid((3 - margins.double()) / 1.5))
        return self._task.judge(parameters)


class Blended:
    """A task that blends each example with another one of the same right outcomes."""

    def __init__(self, task: DecisionTask) -> None:
        self._task, self.start = task, task.start
        self.order, self.judge = task.order, task.judge
        found = task.train.acceptable.unique(  # type: ignore[no-untyped-call]  # torch's own
            dim=0, return_inverse=True
        )
        self._kind: Tensor = found[1]

    def loss(self, parameters: Parameters, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Return the loss of the blends of a batch."""
        kinds = self._kind[rows]
        mixed = torch.randperm(len(rows), generator=generator)
        one, two = rows[kinds.argsort(stable=True)], rows[mixed[kinds[mixed].argsort(stable=True)]]
        share = torch.rand(len(rows), 1, generator=generator) * 0.5 + 0.5
        first, second = self._task.train.take(one), self._task.train.take(two)
        batch = first._replace(
            features=share * first.features + (1 - share) * second.features,
            logits=share * first.logits + (1 - share) * second.logits,
        )
        task: DecisionTask = replace(self._task, train=batch)  # type: ignore[arg-type]  # no "_E"
        return task.loss(parameters, torch.arange(len(rows)), generator)


class Outcomes:
    """A softmax over outcomes, from nothing."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._train, self._weights, self._size = drawn(workshop)
        outcomes, dimension = self._train.acceptable.shape[1], self._train.features.shape[1]
        self.start = {"weight": torch.zeros(outcomes, dimension), "bias": torch.zeros(outcomes)}

    def order(self, generator: torch.Generator) -> Tensor:
        """Draw the examples of an epoch."""
        count = max(self._size, SETTINGS.least_steps * SETTINGS.batch_size)
        return torch.multinomial(self._weights, count, replacement=True, generator=generator)

    def loss(self, parameters: Parameters, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Return the loss of a batch."""
        weight, acceptable = parameters["weight"], self._train.acceptable[rows]
        scores = linear(self._train.features[rows], weight, parameters["bias"])
        scores = scores + logit_noise(weight, len(rows), SETTINGS.noise, generator)
        each = missed(scores, acceptable)[acceptable.any(1)]
        return each.mean() + SETTINGS.pull * weight.square().sum()

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return rate and loss on unseen examples."""
        data, weights = self._workshop.validation, self._workshop.judge.weights
        with torch.no_grad():
            scores = linear(data.features, parameters["weight"], parameters["bias"])
        loss = missed(scores, data.acceptable).double() @ weights
        return float(weights[wrong_outcomes(scores, data.acceptable)].sum()), float(loss)


def wrong_outcomes(scores: Tensor, acceptable: Tensor) -> Tensor:
    """Return where the best outcome is none of the right ones."""
    return ~acceptable.gather(1, scores.argmax(1, keepdim=True))[:, 0]


def drawn(workshop: Workshop) -> tuple[Examples, Tensor, int]:
    """Return what is drawn from in training, how often, and how many make an epoch."""
    assert workshop.rehearsed is not None
    weights = mix_weights(workshop.train.acceptable, SETTINGS.mix)
    return rehearse(workshop.train, weights, workshop.rehearsed, SETTINGS.rehearsal)


def trained(
    workshop: Workshop, main: DecisionLoss, seed: int, wrap: Callable[[DecisionTask], Any]
) -> LinearHead:
    """Return a head of one fold, trained otherwise than the others."""
    rows = workshop.space.matter
    examples, weights, size = drawn(workshop)
    task = DecisionTask(
        Layer(workshop.generic.weight[rows], workshop.generic.bias[rows]),
        main,
        workshop.ordinary,
        examples,
        workshop.validation,
        workshop.judge,
        SETTINGS,
        weights,
        size,
    )
    fitted = fit(wrap(task), SETTINGS, seed=seed).parameters
    head = replace(workshop.generic, weight=workshop.generic.weight.clone())
    head = replace(head, bias=workshop.generic.bias.clone())
    head.weight[rows], head.bias[rows] = fitted["weight"].detach(), fitted["bias"].detach()
    return head


TRAINED: Final[Mapping[str, tuple[Callable[[Decision], Any], Callable[[DecisionTask], Any]]]] = {
    "hard": (robustness, Hard),
    "order": (OrderLoss, lambda task: task),
    "blended": (robustness, Blended),
}


@dataclass(frozen=True, eq=False)
class Case:
    """One application: its folds, and the photographs that judge."""

    folds: Folds
    division: Division
    generic: LinearHead
    referee: Judge
    seed: int

    @property
    def groups(self) -> list[Group]:
        """The target classes over the compact columns."""
        first = self.folds.first
        return [Group(one.name, first.space.local(one.columns)) for one in first.groups]

    def usual(self, loss: str, share: float = 0.0) -> Answers:
        """Train as always."""
        settings = replace(SETTINGS, ordinary=share)
        options = LOSS_OPTIONS.get(loss, {})
        return self.of(self.folds.fit(loss, settings, seed=self.seed, options=options)[0])

    def of(self, heads: tuple[LinearHead, ...]) -> Answers:
        """Return what heads of the folds say."""
        first = self.folds.first
        assert isinstance(first, Workshop)
        test = mean_head(heads).logits(self.division.test.features)
        return Answers(self.folds.logits(heads), first.space.logits(test))

    def otherwise(self, name: str) -> Answers:
        """Train in one of the ways of ``TRAINED``."""
        main, wrap = TRAINED[name]
        heads = []
        for index, one in enumerate(self.folds.workshops):
            assert isinstance(one, Workshop)
            heads.append(trained(one, main(one.decision), self.seed + STRIDE * index, wrap))
        return self.of(tuple(heads))

    def heard(self) -> Wrong:
        """Train ours as `customize` does, and look at it with and without its opinion."""
        model = customize_in(
            self.folds,
            loss=ROBUSTNESS,
            seed=self.seed,
            settings=[replace(SETTINGS, ordinary=one) for one in (0.0, 0.3)],
            fallbacks={},
            pools=True,
        )
        test, whole = self.division.test, model.head
        labels = whole.linear if isinstance(whole, PooledHead) else whole
        decision = compile_decision(self.folds.first.process, test.labels)
        judge = replace(self.referee, decider=decision)
        return {
            name: judge.wrong(head.logits(test.features)) * judge.weights
            for name, head in (("served", labels), ("served, heard", whole))
        }

    def outcomes(self) -> Answers:
        """Train softmaxes over outcomes; the columns are the outcomes."""
        unseen, layers = [], []
        for index, one in enumerate(self.folds.workshops):
            assert isinstance(one, Workshop)
            found = fit(Outcomes(one), SETTINGS, seed=self.seed + STRIDE * index).parameters
            layers.append((found["weight"].detach(), found["bias"].detach()))
            unseen.append(linear(one.validation.features, *layers[-1]))
        weight, bias = (torch.stack(some).mean(0) for some in zip(*layers, strict=True))
        features = (self.division.test.features - self.generic.mean) / self.generic.std
        return Answers(torch.cat(unseen), linear(features, weight, bias))

    def searched(self, answers: Answers) -> Answers:
        """Return the answers with thresholds searched on unseen examples."""
        found = search_scaled(
            self.folds.judge, answers.unseen, self.groups, self.folds.first.terrain
        )
        both = []
        for logits in (answers.unseen, answers.test):
            moved = logits * found.scale
            for one in self.groups:
                moved[:, list(one.columns)] += found.values.get(one.name, 0.0)
            both.append(moved)
        return Answers(*both)

    def placed(self, answers: Answers, extra: Answers | None = None, *, scales: bool) -> Answers:
        """Move target classes to where our loss on unseen examples is least.

        ``extra`` are numbers of which a linear map is added to them.
        """
        count, columns = len(self.groups), answers.unseen.shape[1]
        spread = torch.zeros(count, columns)
        for index, one in enumerate(self.groups):
            spread[index, list(one.columns)] = 1
        others = answers if extra is None else extra
        middle, width = others.unseen.mean(0), others.unseen.std(0) + 1e-6
        shift = torch.zeros(count, requires_grad=True)
        scale = torch.zeros(count, requires_grad=True)
        share = torch.zeros(others.unseen.shape[1], count, requires_grad=True)
        free = [shift, *[scale] * scales, *([] if extra is None else [share])]

        def moved(logits: Tensor, more: Tensor) -> Tensor:
            added = shift + ((more - middle) / width) @ share if extra is not None else shift
            return logits * torch.exp(scale @ spread) + added @ spread

        data = [one.validation for one in self.folds.workshops]
        truth = [
            torch.cat([getattr(one, name) for one in data])
            for name in ("acceptable", "present", "known")
        ]
        loss = robustness(self.folds.first.decision)
        descent = torch.optim.LBFGS(free, max_iter=60, line_search_fn="strong_wolfe")

        def closure() -> Tensor:
            descent.zero_grad()
            each = loss(moved(answers.unseen, others.unseen), *truth, reduction="none")
            total = (each.double() * self.folds.judge.weights).sum()
            total = total + 0.01 * (shift.square().sum() + share.square().sum())
            total = total + 0.1 * scale.square().sum()
            total.backward()  # type: ignore[no-untyped-call]  # torch's own
            return total

        descent.step(closure)  # type: ignore[no-untyped-call]  # torch's own
        with torch.no_grad():
            return Answers(moved(answers.unseen, others.unseen), moved(answers.test, others.test))

    def wrong(self, answers: Answers) -> Tensor:
        """Return what each wrongly decided photograph counts."""
        return self.referee.wrong(answers.test) * self.referee.weights

    def wrong_best(self, scores: Tensor) -> Tensor:
        """Return the same where the best outcome is taken."""
        return wrong_outcomes(scores, self.referee.acceptable) * self.referee.weights


def measure(case: Case, ideas: tuple[str, ...]) -> Wrong:
    """Return which photographs are decided wrong, in each way."""
    first = case.folds.first
    if ideas == ("heard",):
        return case.heard()
    raw = {
        "tuned": case.of(case.folds.same(case.generic)),
        "ordinary": case.usual(first.ordinary.name),
        "share 0": case.usual(ROBUSTNESS),
    }
    with suppress(UnsupportedError):
        raw["paper"] = case.usual("paper.v1")
    raw["ours"] = raw["share 0"].mean(case.usual(ROBUSTNESS, 0.3))
    found: Wrong = {}
    for name, answers in raw.items():
        found[name] = case.wrong(case.searched(answers))
        for idea in ("placed", "calibrated"):
            if idea in ideas and name != "share 0":
                placed = case.placed(answers, scales=idea == "calibrated")
                found[f"{name}, {idea}"] = case.wrong(case.searched(placed))
    for idea in TRAINED:
        if idea in ideas:
            found[f"share 0, {idea}"] = case.wrong(case.searched(case.otherwise(idea)))
    if "heard" in ideas:
        found |= case.heard()
    if "outcomes" in ideas and not first.decision.is_factored:
        other, ours = case.outcomes(), case.searched(raw["ours"])
        margins = first.decision.margins(ours.test).log_softmax(1)
        alone = case.wrong_best(other.test)
        found["ours, only outcomes"] = alone
        found["ours, wrong in both"] = torch.minimum(alone, found["ours"])
        for weight in WEIGHTS:
            mixed = margins + weight * other.test.log_softmax(1)
            found[f"ours, outcomes at {weight:g}"] = case.wrong_best(mixed)
        folded = case.placed(raw["ours"], other, scales=False)
        found["ours, outcomes folded"] = case.wrong(case.searched(folded))
    return found


def show(found: Mapping[str, Wrong], *, resamples: int = 2000) -> None:
    """Print means, and what each idea changes over the applications that have it."""
    generator = np.random.default_rng(0)
    for name in dict.fromkeys(name for one in found.values() for name in one):
        base, _, idea = name.partition(", ")
        base = base if idea or "ordinary" not in next(iter(found.values())) else "ordinary"
        pairs = [(one[name].numpy(), one[base].numpy()) for one in found.values() if name in one]
        mean = 100 * sum(mine.sum() for mine, _ in pairs) / len(pairs)
        draws = []
        for _ in range(resamples):
            sums = np.zeros(2)
            for place in generator.integers(len(pairs), size=len(pairs)):
                mine, other = pairs[place]
                rows = generator.integers(len(mine), size=len(mine))
                sums += mine[rows].sum(), other[rows].sum()
            draws.append(sums[0] / sums[1] - 1)
        low, high = np.percentile(draws, (2.5, 97.5))
        change = sum(mine.sum() for mine, _ in pairs) / sum(other.sum() for _, other in pairs) - 1
        told = f"{100 * change:+.1f}% ({100 * low:+.1f} to {100 * high:+.1f}) against {base}"
        print(f"{name}: {mean:.2f}, mean of {len(pairs)}" + f"; {told}" * (name != base))


def opened(
    application: Application, division: Division, generic: LinearHead, shots: int, seed: int
) -> Case:
    """Divide the examples of an application."""
    process, test = application.process, division.test
    folds = Folds.open(
        process,
        generic,
        *few_shots(process, division.pool, shots),
        count=4,
        rehearsal=division.rehearsal,
    )
    acceptable = compile_decision(process, test.labels).acceptable(test.present, test.known)
    return Case(folds, division, generic, Judge(folds.first.decision, acceptable), seed)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--resume", type=Path, required=True)
    parser.add_argument("--shots", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--apps", default="", help="names with commas between; all if left out")
    parser.add_argument("--ideas", default=",".join(IDEAS), help="all if left out")
    parser.add_argument("--backbone", default="embedded:efficientnet-lite0+stages@192")
    options = parser.parse_args()
    ideas = tuple(options.ideas.split(","))
    if set(ideas) - set(IDEAS):
        parser.error(f"known ideas are {', '.join(IDEAS)}")
    shown, kept = Printed(), options.resume / "choices"
    backbone = load_backbone(options.backbone)
    photos = load_photos(options.photos, backbone, options.resume / "features", shown)
    applications = find_applications(
        example_folder("photos"),
        photos.vocabulary,
        [one for one in options.apps.split(",") if one],
        shown,
        cache=options.resume / "analysis",
    )
    division = photos.divide("deployed", options.seed, development=True)
    generic = train_generic(
        *division.provider,
        seed=options.seed,
        checkpoint=kept / f"generic-deployed-{options.seed}.safetensors",
    ).head
    both = hold_out(
        generic,
        *division.provider,
        seed=options.seed,
        checkpoint=kept / f"rehearsed-{options.seed}.safetensors",
    )
    division = replace(division, rehearsal=both[0].joined(both[1]))
    found: dict[str, Wrong] = {}
    for application in applications:
        try:
            case = opened(application, division, generic, options.shots, options.seed)
            found[application.name] = measure(case, ideas)
        except (DataError, UnsupportedError) as error:
            shown.note(f"{application.name} is left out: {error}")
            continue
        told = (f"{name} {100 * one.sum():.1f}" for name, one in found[application.name].items())
        shown.note(f"{application.name}: {'; '.join(told)}")
    show(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
