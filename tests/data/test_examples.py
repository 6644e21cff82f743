from dataclasses import replace

import pytest

from chameleonapi.data import Box, Dataset, Example
from chameleonapi.errors import DataError, InputError

LABELS = ("Banana", "Cake", "Dog", "Food", "Fruit")
PARENTS = {"Banana": ("Fruit",), "Fruit": ("Food",), "Cake": ("Food",)}


def example(name="a", read=b"x", **changes):
    return Example(**{"id": name, "content": lambda: read, "present": (), **changes})


def dataset(*examples, **changes):
    return Dataset(**{"examples": examples, "labels": LABELS, "parents": PARENTS, **changes})


def test_ancestors_of_what_is_present_are_present():
    (one,) = dataset(example(present=("Banana",)))
    assert one.present == ("Banana", "Fruit", "Food")


def test_descendants_of_what_is_absent_are_absent():
    (one,) = dataset(example(absent=("Food",)))
    assert set(one.absent) == {"Food", "Fruit", "Banana", "Cake"}


def test_naming_an_ancestor_too_changes_nothing():
    short, long = example(present=("Banana",)), example(present=("Food", "Banana"))
    assert dataset(short).digest == dataset(long).digest


def test_a_contradiction_by_way_of_parents_is_refused():
    with pytest.raises(DataError, match="'Banana' both present and absent"):
        dataset(example(present=("Banana",), absent=("Fruit",)))


def test_an_unknown_label_lists_the_closest():
    with pytest.raises(DataError, match=r"example 'a' uses .*'banan' \(close: 'Banana'\)"):
        dataset(example(present=("banan",)))
    with pytest.raises(DataError, match=r"the hierarchy of dataset .*'Mammal' \(none close\)"):
        dataset(parents={"Dog": ("Mammal",)})


def test_ids_and_labels_are_unique():
    with pytest.raises(DataError, match="two examples with the id 'a'"):
        dataset(example(), example())
    with pytest.raises(DataError, match="names a label twice"):
        dataset(labels=(*LABELS, "Dog"))


def test_it_is_a_sequence():
    every = dataset(*(example(name, split="test" if name == "b" else "train") for name in "abc"))
    assert [one.id for one in every] == ["a", "b", "c"]
    assert [one.id for one in every.split("train")] == ["a", "c"]
    assert [one.id for one in every[1:]] == ["b", "c"]
    assert [one.id for one in every.select([2, 0])] == ["c", "a"]
    assert every[-1].id == "c"
    assert len(every.split("validation")) == 0
    assert every.split("test").labels == LABELS


def test_counts_are_of_examples():
    found = dataset(example("a", present=("Banana",)), example("b", present=("Cake",))).counts()
    assert found == {"Banana": 1, "Cake": 1, "Dog": 0, "Food": 2, "Fruit": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "b"},
        {"content": lambda: b"y"},
        {"present": ("Dog",)},
        {"absent": ("Dog",)},
        {"closed": True},
        {"split": "test"},
        {"group": "g"},
        {"boxes": (Box("Dog", 0.0, 0.0, 1.0, 1.0),)},
    ],
)
def test_the_digest_tells_every_difference(change):
    one = example()
    assert dataset(one).digest != dataset(replace(one, **change)).digest


def test_the_digest_is_about_content_and_stays_the_same(tmp_path):
    (tmp_path / "p").write_bytes(b"x")
    here, there = example(), example(content=tmp_path / "p")
    assert dataset(here).digest == dataset(there).digest
    assert dataset(here).digest.startswith("176b124f")  # recorded in manifests: never changes


def test_the_digest_covers_labels_and_hierarchy():
    digests = {
        dataset().digest,
        dataset(labels=(*LABELS, "Cat")).digest,
        dataset(parents={}).digest,
        dataset(labels=LABELS[::-1]).digest,
    }
    assert len(digests) == 4


def test_a_missing_file_is_one_bad_input(tmp_path):
    with pytest.raises(InputError, match="the file of example 'a' cannot be read"):
        example(content=tmp_path / "nothing").read()
