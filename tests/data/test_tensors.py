import torch

from chameleonapi.data import Dataset, Example
from chameleonapi.data.tensors import to_tensors

LABELS = ("Banana", "Cake", "Dog", "Food", "Fruit")
PARENTS = {"Banana": ("Fruit",), "Fruit": ("Food",), "Cake": ("Food",)}


def one(name, **changes):
    return Example(name, lambda: b"", **changes)


def rows(examples, labels):
    return to_tensors(Dataset(tuple(examples), LABELS, PARENTS), labels)


def test_present_absent_and_unknown_are_three_things():
    found = rows([one("a", present=("Banana",), absent=("Dog",))], LABELS)
    assert found.present.tolist() == [[True, False, False, True, True]]
    assert found.known.tolist() == [[True, False, True, True, True]]


def test_a_closed_example_knows_every_label_of_its_dataset():
    found = rows([one("a", present=("Cake",), closed=True)], ("Food", "Dog", "Moon"))
    assert found.present.tolist() == [[True, False, False]]
    assert found.known.tolist() == [[True, True, False]]


def test_columns_follow_the_request_and_shapes_hold_when_empty():
    some = [one("a", present=("Banana",)), one("b", present=("Dog",))]
    forth, back = rows(some, LABELS), rows(some, LABELS[::-1])
    assert torch.equal(forth.present, back.present.flip(1))
    assert rows([], LABELS).present.shape == (0, 5)
    assert rows(some, ()).known.shape == (2, 0)
    assert forth.present.dtype == torch.bool
