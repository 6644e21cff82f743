from dataclasses import replace

from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    LabelSet,
    LabelTest,
    LengthAtLeast,
    TextCall,
    TextConstant,
    TextRow,
    TextRule,
    TheText,
)
from chameleonapi.training.groups import columns_that_matter, target_groups
from evaluation.worlds import process

LABELS = ("Apple", "Banana", "Can", "Dog", "Egg")


def test_labels_of_one_target_class_share_a_group():
    one = process({"food": ["Apple", "Banana"], "metal": ["Can"]})
    groups = target_groups(one, LABELS)
    assert [(group.name, group.columns) for group in groups] == [("food", (0, 1)), ("metal", (2,))]


def test_a_label_of_two_classes_is_a_group_of_its_own():
    one = process({"food": ["Apple", "Egg"], "round": ["Apple", "Can"]})
    columns = {group.columns for group in target_groups(one, LABELS)}
    assert columns == {(0,), (2,), (4,)}


def test_only_labels_that_are_read_matter():
    assert columns_that_matter(process({"a": ["Dog", "Nowhere"]}), LABELS) == (3,)


def test_a_label_that_only_a_word_of_the_source_accepts_belongs_to_the_class_of_the_word():
    word = TextCall("in", (TextConstant("milk"), TextCall("lower", (TheText(),))))
    asked = TextRule((word,), (TextRow((0,)),))
    test = LabelTest("description", LabelSet.of("Milk"), beyond=asked)
    one = process({"drink": ["Milk"]})
    one = one.with_(atoms=(Atom("drink", "labelAnnotations", (test,)),))
    labels = ("Bread", "Milk", "Oat-Milk")
    assert columns_that_matter(one, labels) == (1, 2)
    assert [group.columns for group in target_groups(one, labels)] == [(1, 2)]
    assert one.reads_any(["Bread", "Oat-Milk"])
    assert not one.reads_any(["Bread"])
    assert not one.reads_any([])


def test_all_labels_matter_to_a_complement():
    one = process({"other": ["Dog"]})
    test = LabelTest("description", LabelSet.of("Dog").inverse())
    one = one.with_(atoms=(Atom("other", "labelAnnotations", (test,)),))
    assert columns_that_matter(one, LABELS) == (0, 1, 2, 3, 4)
    assert [group.columns for group in target_groups(one, LABELS)] == [(0, 1, 2, 4)]


def test_all_labels_matter_to_the_length_of_the_answer():
    one = process({"dog": ["Dog"]})
    rules = Cases((*one.rules.cases, Case(LengthAtLeast("labelAnnotations", 3), "dog")), "nothing")
    assert len(columns_that_matter(replace(one, rules=rules), LABELS)) == 5


def test_the_smallest_of_many_groups_are_joined():
    labels = tuple(f"L{index}" for index in range(60))
    classes = {f"c{index}": [labels[index]] for index in range(40)}
    classes["wide"] = list(labels[40:])
    groups = target_groups(process(classes), labels)
    assert len(groups) == 24
    assert {column for group in groups for column in group.columns} == set(range(60))
    assert ("wide", tuple(range(40, 60))) in [(one.name, one.columns) for one in groups]
    assert groups[-1].name == "others"
