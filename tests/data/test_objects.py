from chameleonapi.data import Box, Dataset, Example
from chameleonapi.data.objects import common_names, with_object_names

PARENTS = {
    "Apple": ("Fruit",),
    "Pear": ("Fruit",),
    "Plum": ("Fruit",),
    "Fruit": ("Food",),
    "Bread": ("Food",),
    "Red apple": ("Apple",),
}
LABELS = ("Apple", "Pear", "Plum", "Fruit", "Food", "Bread", "Red apple", "Stone")


def test_a_thing_has_the_nearest_name_that_is_common():
    names = common_names(LABELS, PARENTS)
    assert names["Red apple"] == names["Apple"] == names["Plum"] == names["Fruit"] == "Fruit"
    assert names["Bread"] == names["Food"] == "Food"
    assert names["Stone"] == "Stone"
    assert common_names(LABELS, PARENTS, least=1)["Red apple"] == "Apple"


def test_boxes_and_labels_get_the_names():
    boxes = (Box("Apple", 0, 0, 0.5, 0.5), Box("Pear", 0.5, 0, 1, 1), Box("Stone", 0, 0, 1, 1))
    one = Example("a", lambda: b"", ("Apple", "Pear", "Stone"), closed=True, boxes=boxes)
    dataset = Dataset((one,), LABELS, PARENTS, name="things", attribution="by us")
    found = with_object_names(dataset, common_names(LABELS, PARENTS))
    assert [box.label for box in found[0].boxes] == ["Fruit", "Fruit", "Stone"]
    assert found[0].present == ("Fruit", "Stone")
    assert found.labels == ("Food", "Fruit", "Stone")
    assert (found.name, found.attribution, found.parents) == ("things", "by us", {})
