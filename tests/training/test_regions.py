import pytest
import torch

from chameleonapi import decision as d
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.evaluation import Method, evaluate
from chameleonapi.evaluation.decisions import (
    acceptable_outcomes,
    fast_decisions,
    served_decisions,
)
from chameleonapi.losses import compile_decision
from chameleonapi.models.regions import REGIONS, RegionHead
from chameleonapi.training import (
    TrainSettings,
    answering_head,
    part_examples,
    right_outcomes,
    train_generic,
    train_methods,
)
from chameleonapi.training.region_space import RegionSpace
from chameleonapi.training.region_truth import region_labels
from chameleonapi.training.region_workshop import RegionWorkshop
from training.region_worlds import LABELS, at_least_two, on_the_left, two_instances, world

QUICK = TrainSettings(epochs=6, patience=6, least_steps=4, folds=1)
PROCESSES = [at_least_two(), on_the_left(), two_instances(), at_least_two(max_results=2)]
NAMES = ["count", "place", "instances", "cut"]


@pytest.fixture(scope="module")
def sets():
    return world(200, seed=1), world(80, seed=2), world(250, seed=3)


@pytest.fixture(scope="module")
def generic(sets):
    train, validation, _ = sets
    few = train.select(range(60))
    return train_generic(part_examples(few), part_examples(validation), seed=0).head


@pytest.mark.parametrize("process", PROCESSES, ids=NAMES)
def test_what_a_workshop_judges_is_what_is_served(process, sets, generic):
    train, validation, _ = sets
    workshop = RegionWorkshop.open(process, generic, train, validation)
    rows = workshop.logits(generic)
    judged = workshop.judge.wrong(rows).tolist()
    decided = served_decisions(process, RegionHead(generic), validation.features)
    right = acceptable_outcomes(process, validation)
    assert judged == [one not in some for one, some in zip(decided, right, strict=True)]
    assert 0 < sum(judged) < len(judged)


@pytest.mark.parametrize("process", PROCESSES, ids=NAMES)
def test_compact_rows_decide_alike(process, sets, generic):
    features = sets[2].features
    space = RegionSpace.of(process, LABELS, REGIONS)
    full = RegionHead(generic).logits(features)
    whole = compile_decision(process, LABELS, regions=REGIONS)
    assert space.compile(process).decide(space.rows(full)).tolist() == whole.decide(full).tolist()


def test_a_cut_answer_keeps_places_for_labels_that_nobody_reads():
    space = RegionSpace.of(at_least_two(max_results=10), LABELS, REGIONS)
    assert space.places == 10
    assert len(space.labels) == 1 + 2
    assert RegionSpace.of(two_instances(), LABELS, REGIONS).places == 0


@pytest.mark.parametrize("process", PROCESSES[:3], ids=NAMES[:3])
def test_training_lowers_the_rate_of_wrong_decisions(process, sets, generic):
    train, validation, test = sets
    made = train_methods(
        process,
        generic,
        train,
        validation,
        settings=TrainSettings(epochs=25, least_steps=8, folds=1),
        names=["generic", "tuned", "basic", "ours"],
    )
    rates = {}
    for name, one in made.items():
        decided = fast_decisions(process, answering_head(one.head, test), test.features)
        right = acceptable_outcomes(process, test)
        rates[name] = sum(a not in b for a, b in zip(decided, right, strict=True)) / len(test)
    assert rates["ours"] < rates["generic"]
    assert rates["ours"] <= rates["tuned"]


def test_folds_divide_regions_too(sets, generic):
    train, validation, _ = sets
    made = train_methods(
        at_least_two(),
        generic,
        train,
        validation,
        settings=TrainSettings(epochs=3, least_steps=4, folds=2),
        names=["basic", "ours"],
    )
    assert len(made["ours"].parts) == 2


def test_an_evaluation_measures_heads_over_regions(sets, generic):
    train, validation, test = sets
    process = at_least_two()
    made = train_methods(
        process, generic, train, validation, settings=QUICK, names=["generic", "ours"]
    )
    found = evaluate(
        process,
        [Method(one.name, one.title, RegionHead(one.head)) for one in made.values()],
        test,
        seen={"train": train, "validation": validation},
        resamples=200,
    )
    assert {one.name for one in found.methods} == {"generic", "ours"}
    assert all(one.calibration is not None for one in found.methods)
    assert found.examples[0].present == tuple(
        label for label in LABELS if label in {one.label for one in test.objects[0]}
    )


def test_a_thing_belongs_to_the_region_that_shows_it_best():
    data = world(1, seed=5, most=0)
    rows = data.features.reshape(REGIONS, -1).clone()
    boxes = [[0.0, 0.0, 0.5, 0.5], [0.02, 0.0, 0.5, 0.5], [0.0, 0.0, 0.5, 0.22], [0.6, 0.6, 1, 1]]
    rows[: len(boxes), 0] = 1
    rows[: len(boxes), 1:5] = torch.tensor(boxes)
    objects = ((d.TrueObject("Cup", (0.0, 0.0, 0.5, 0.5)),),)
    changed = type(data)(
        data.labels,
        data.ids,
        data.digests,
        rows.flatten()[None],
        data.present,
        data.known,
        objects=objects,
    )
    found = region_labels(changed)
    assert found.present[0, :4, 0].tolist() == [True, False, False, False]
    assert found.known[0, :4, 0].tolist() == [True, True, False, True]
    assert not bool(found.present[0, :, 1:].any())


def test_what_is_right_is_told_by_boxes(sets):
    test = sets[2]
    process = at_least_two()
    matrix = right_outcomes(process, test)
    counts = [sum(one.label == "Cup" for one in some) for some in test.objects]
    wanted = [min(one, 2) for one in counts]  # none, one, many
    assert matrix.long().argmax(1).tolist() == [{2: 0, 1: 1, 0: 2}[one] for one in wanted]


def test_selection_keeps_what_is_where(sets):
    chosen = sets[2].select([3, 1])
    assert chosen.objects == (sets[2].objects[3], sets[2].objects[1])
    assert chosen.digest != sets[2].select([1, 3]).digest
    with pytest.raises(DataError, match="objects"):
        type(chosen)(
            chosen.labels,
            chosen.ids,
            chosen.digests,
            chosen.features,
            chosen.present,
            chosen.known,
            objects=chosen.objects[:1],
        )


def test_a_label_that_the_model_does_not_know_is_refused(sets, generic):
    with pytest.raises(UnsupportedError, match="Zebra"):
        train_methods(at_least_two("Zebra"), generic, sets[0], sets[1], settings=QUICK)
