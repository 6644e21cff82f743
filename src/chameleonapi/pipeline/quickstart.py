"""The whole path on embedded data, step by step; each can be interrupted and resumed."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chameleonapi.analysis import Vocabulary, analyze
from chameleonapi.apis import LabelScores, Request, label_answer
from chameleonapi.data import Dataset, read_square
from chameleonapi.data.scenes import SCENES_VERSION, make_scenes, scene_labels
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import NothingFoundError, ServingError, UnsupportedError
from chameleonapi.evaluation import Evaluation
from chameleonapi.models import (
    Backbone,
    LinearHead,
    ModelReference,
    ModelRegistry,
    SharedBackbonePredictor,
)
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.excerpts import picture_files
from chameleonapi.pipeline.featuring import split_features
from chameleonapi.pipeline.foundations import CACHE, usual_backbone
from chameleonapi.pipeline.live_run import LiveRun, run_live
from chameleonapi.pipeline.measuring import compare
from chameleonapi.pipeline.modelling import (
    DataSource,
    generic_model,
    publish_customized,
    train_all,
)
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.run_record import RunRecord, RunRow
from chameleonapi.pipeline.tasks import GENERIC, TASKS
from chameleonapi.serving import start_server
from chameleonapi.training import TrainedMethod

__all__ = ["Quickstart", "QuickstartSettings", "example_application", "scene_vocabulary"]

# The provider's model has never seen the application's pictures: the two sets share no scene,
# and the test split no composition and no background with anything that is learned from.
_PROVIDER_SCENES = {"train": 3000, "validation": 500}
_APPLICATION_SCENES = {"train": 4500, "validation": 1000, "test": 1500}
_PROVIDER_SEED = 1_000_000
_SMALL = 10
_LIVE_PICTURES = 80


@dataclass(frozen=True, slots=True)
class QuickstartSettings:
    """What the quickstart works on.

    Attributes:
        folder: keeps everything that is made.
        application: a Python file; the example application if None.
        seed: of all random numbers.
        small: a tenth of the data.
    """

    folder: Path
    application: Path | None = None
    seed: int = 0
    small: bool = False


def example_application() -> Path:
    """Return the example application that the quickstart begins with.

    Raises:
        UsageError: if this installation holds no examples.
    """
    return example_folder("apps") / "smart_bin.py"


def scene_vocabulary() -> Vocabulary:
    """Return the labels of the embedded scenes as the vocabulary of the API."""
    return Vocabulary("scenes", SCENES_VERSION, tuple(scene_labels()), is_complete=True)


class Quickstart:
    """The steps, in the order in which they are to be called."""

    def __init__(self, settings: QuickstartSettings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self.application = settings.application or example_application()
        self.folder = settings.folder
        self.name = self.application.stem
        self.title = f"{self.application.name}: fewer wrong decisions"
        self._registry = ModelRegistry(self.folder / "models")

    # 1

    def analyze(self) -> DecisionProcess:
        """Find the application's decision process.

        Raises:
            NothingFoundError: if there is none.
            UnsupportedError: if it is about something else than labels of pictures.
        """
        found = analyze(self.application, vocabulary=scene_vocabulary()).processes
        if not found:
            raise NothingFoundError(
                f"{self.application} decides nothing on the answer of an ML API.",
                hint=f"`chameleon analyze {self.application}` says what was looked at.",
            )
        process = found[0]
        if process.spec.task.value != "labels":
            raise UnsupportedError(
                f"{self.application} decides on {process.api}; the embedded data has labels only.",
                hint="Use `chameleon customize` with data of your own.",
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        process.save(self.folder / "decision.json")
        self._process = process
        return process

    # 2

    def make_data(self) -> None:
        """Compose labelled scenes, or go on with those that are there.

        The provider's show all things alike; the application's show what it asks for more often,
        as a camera in its place would.
        """
        seed, labels = self._settings.seed, scene_labels()
        focus = dict.fromkeys(self._process.labels_read(labels), 1.0)
        if not focus:
            raise UnsupportedError(
                f"none of the labels that {self.application} reads can be drawn here.",
                hint="Use `chameleon customize` with data of your own.",
            )
        self._provider = self._scenes("provider", _PROVIDER_SCENES, seed + _PROVIDER_SEED, {})
        self._dataset = self._scenes("application", _APPLICATION_SCENES, seed, focus)

    def _scenes(
        self, name: str, counts: Mapping[str, int], seed: int, focus: Mapping[str, float]
    ) -> Dataset:
        factor = _SMALL if self._settings.small else 1
        wanted = {split: count // factor for split, count in counts.items()}
        with self._progress.step(f"{sum(wanted.values())} scenes of the {name}") as advance:
            return make_scenes(
                self.folder / "data" / name, wanted, seed=seed, focus=focus, advance=advance
            )

    # 3

    def make_generic(self) -> None:
        """Train the model that stands for today's API, on the provider's scenes alone."""
        self._backbone: Backbone = usual_backbone(self._registry, TASKS["labels"])
        provider = self._load(self._provider)
        self._provider_features = provider.features
        head, base, _ = generic_model(
            self._registry,
            GENERIC,
            provider,
            self._backbone,
            seed=self._settings.seed,
            checkpoints=self._checkpoints(provider),
            progress=self._progress,
        )
        self._generic: LinearHead = head
        self._base: ModelReference = base
        self._source = self._load(self._dataset)

    def _load(self, dataset: Dataset) -> DataSource:
        cache = self._registry.root / CACHE
        features = split_features(dataset, self._backbone, cache, self._progress)
        return DataSource(dataset, dataset.digest, features)

    def _checkpoints(self, source: DataSource) -> Path:
        return self._registry.root / CACHE / "checkpoints" / source.digest[:16]

    # 4

    def customize(self) -> None:
        """Train ours and the baselines, and publish ours."""
        self._methods: Mapping[str, TrainedMethod] = train_all(
            self._process,
            self._generic,
            self._source,
            seed=self._settings.seed,
            checkpoints=self._checkpoints(self._source),
            progress=self._progress,
        )
        reference = publish_customized(
            self._registry,
            self.name,
            self._process,
            self._methods,
            self._base,
            self._backbone,
            self._source,
            seed=self._settings.seed,
        )
        self._progress.note(f"published as {reference}")

    # 5

    def evaluate(self) -> Evaluation:
        """Measure incorrect decisions on the test scenes."""
        evaluation = compare(
            self._process,
            self._methods,
            self._source,
            name=self.name,
            seed=self._settings.seed,
            progress=self._progress,
            also_seen=self._provider_features,
        )
        evaluation.save(self.folder / "evaluation.json")
        self._evaluation = evaluation
        return evaluation

    # 6

    def run_application(self) -> RunRecord:
        """Run the unmodified application against the generic and the customised model.

        The pictures are drawn at random from the test scenes, as many for each outcome; they
        are not chosen by what the models make of them.

        Raises:
            ServingError: if the application fails, or does not do what its record says.
        """
        examples = self._draw()
        pictures = self.pictures()
        files = [pictures[one] for one in examples]
        predictor = SharedBackbonePredictor(
            self._backbone,
            self._methods["generic"].head,
            {self.name: self._methods["ours"].head},
            read_picture=read_square,
        )
        step = self._progress.step(f"the application on {len(files)} pictures, twice")
        with step, start_server(predictor) as server:
            ports = (server.http_port, server.grpc_port)
            before = run_live(self.application, files, ports=ports, model="")
            after = run_live(self.application, files, ports=ports, model=self.name)
        decided = {
            name: [self._decide(predictor, name, file) for file in files]
            for name in ("", self.name)
        }
        self._check(before, decided[""], files)
        self._check(after, decided[self.name], files)
        acceptable = {one.id: one.acceptable for one in self._evaluation.examples}
        rows = tuple(
            RunRow(
                picture=example,
                acceptable=acceptable[example],
                generic_output=before.outputs[str(file)],
                customised_output=after.outputs[str(file)],
                generic_outcome=decided[""][index],
                customised_outcome=decided[self.name][index],
            )
            for index, (example, file) in enumerate(zip(examples, files, strict=True))
        )
        record = RunRecord(after.command, rows, transport=self._transport())
        record.save(self.folder / "run.json")
        return record

    def _draw(self) -> list[str]:
        """Return ids of test examples, as many for each outcome, at random."""
        generator = random.Random(self._settings.seed)  # noqa: S311 - a sample, not a secret
        pools: dict[str, list[str]] = {one: [] for one in self._evaluation.outcomes}
        for one in self._evaluation.examples:
            pools[one.acceptable[0]].append(one.id)
        for pool in pools.values():
            generator.shuffle(pool)
        drawn: list[str] = []
        while len(drawn) < _LIVE_PICTURES and any(pools.values()):
            drawn += [pool.pop() for pool in pools.values() if pool]
        return drawn[:_LIVE_PICTURES]

    def _decide(self, predictor: SharedBackbonePredictor, model: str, file: Path) -> str:
        (scores,) = predictor.predict([Request(model, file.read_bytes())])
        assert isinstance(scores, LabelScores)
        process = self._process
        answer = label_answer(
            process.spec,
            scores,
            shown_score=process.shown_score,
            max_results=process.max_results,
        )
        return process.decide(answer).id

    def _check(self, run: LiveRun, decided: list[str], files: list[Path]) -> None:
        """Check that one output stands for one outcome: the record tells what was seen."""
        meaning: dict[str, str] = {}
        for file, outcome in zip(files, decided, strict=True):
            output = run.outputs[str(file)]
            if meaning.setdefault(output, outcome) != outcome:
                raise ServingError(
                    f"{self.application} printed {output!r} both for {meaning[output]!r} and for "
                    f"{outcome!r}: what it does is not what its decision process says.",
                    hint="This is a defect of the analysis; please report it with the source.",
                )

    def _transport(self) -> str:
        return "gRPC" if self._process.spec.provider == "google" else "AWS JSON over HTTP"

    # 7

    @functools.cache  # noqa: B019 - one object for one run of the command
    def pictures(self) -> Mapping[str, Path]:
        """Return the files of the test examples by id."""
        return picture_files(self._dataset.split("test"))
