import pytest

from chameleonapi.data.mapping import LabelMapper, Rule, read_hierarchy, read_label_table
from chameleonapi.data.mapping.forms import singulars, words
from chameleonapi.errors import DataError

API = (
    "Cat",
    "Dog",
    "T-shirt",
    "Traffic light",
    "Person",
    "Knife",
    "Glasses",
    "Berry",
    "Food",
    "Bus",
)


@pytest.mark.parametrize(
    ("name", "label", "rule"),
    [
        ("Cat", "Cat", Rule.EXACT),
        (" cat ", "Cat", Rule.CASE),
        ("CAT", "Cat", Rule.CASE),
        ("T_Shirt", "T-shirt", Rule.SEPARATORS),
        ("tshirt", "T-shirt", Rule.SEPARATORS),
        ("TrafficLight", "Traffic light", Rule.SEPARATORS),
        ("traffic-light", "Traffic light", Rule.SEPARATORS),
        ("traffic_lights", "Traffic light", Rule.PLURAL),
        ("people", "Person", Rule.PLURAL),
        ("knives", "Knife", Rule.PLURAL),
        ("berries", "Berry", Rule.PLURAL),
        ("buses", "Bus", Rule.PLURAL),
        ("DOGS", "Dog", Rule.PLURAL),
    ],
)
def test_spellings(name, label, rule):
    match = LabelMapper(API).match(name)
    assert (match.labels, match.rule, match.is_same) == ((label,), rule, True)


@pytest.mark.parametrize("name", ["glass", "b", "Catt", "", "--", "food processor"])
def test_what_is_another_word_is_not_matched(name):
    assert LabelMapper(API).match(name).rule is Rule.UNMAPPED


def test_what_looks_like_a_label_is_suggested():
    assert LabelMapper(API).match("Catt").near[0] == "Cat"


def test_two_that_fit_equally_are_not_guessed():
    match = LabelMapper(("Orange", "ORANGE")).match("orange")
    assert (match.rule, match.labels, match.near) == (Rule.AMBIGUOUS, (), ("Orange", "ORANGE"))
    assert LabelMapper(("Orange", "ORANGE")).match("ORANGE").rule is Rule.EXACT


def test_the_table_goes_before_everything():
    mapper = LabelMapper(
        API,
        {
            "Cat": ("Dog",),
            "junk": (),
            "smoothie": ("Berry", "Food"),
            "pup": ("Cat",),
            "kitty": ("Cat",),
        },
    )
    assert mapper.match("Cat").labels == ("Dog",)
    assert mapper.match("junk").rule is Rule.DROPPED
    assert mapper.match("smoothie").labels == ("Berry", "Food")
    assert mapper.match("Cat").is_same
    assert not mapper.match("pup").is_same
    assert not mapper.match("smoothie").is_same


def test_a_table_that_leads_nowhere_is_refused():
    with pytest.raises(DataError, match=r"'Fod' .close: 'Food'"):
        LabelMapper(API, {"x": ("Fod",)})


def test_the_hierarchy_leads_to_the_nearest_ancestors():
    parents = {
        "tabby": ("house cat",),
        "house cat": ("pets", "cats"),
        "cats": ("animals",),
        "rye": ("grain",),
        "grain": ("foods",),
    }
    mapper = LabelMapper(API, parents=parents)
    assert mapper.match("tabby").labels == ("Cat",)
    assert mapper.match("tabby").rule is Rule.HIERARCHY
    assert not mapper.match("tabby").is_same
    assert mapper.match("rye").labels == ("Food",)
    assert mapper.parents == {}


def test_the_hierarchy_skips_what_the_api_does_not_know():
    parents = {"berries": ("fruit",), "fruit": ("plant", "food"), "dog": ("animal",)}
    assert LabelMapper(API, parents=parents).parents == {"Berry": ("Food",)}
    assert LabelMapper(None, parents=parents).parents == {
        "berries": ("fruit",),
        "fruit": ("plant", "food"),
        "dog": ("animal",),
    }


def test_a_cycle_is_refused():
    with pytest.raises(DataError, match="a cycle"):
        LabelMapper(API, parents={"a": ("b",), "b": ("a",)})
    with pytest.raises(DataError, match="a cycle"):
        _ = LabelMapper(
            API, {"x": ("Cat",), "y": ("Dog",)}, {"x": ("Dog",), "Dog": ("Cat",)}
        ).parents


def test_words_and_their_singulars():
    assert words("HTTPServer-2_big.one") == ("http", "server", "2", "big", "one")
    assert "glass" not in singulars("glasses")
    assert "bus" in singulars("buses")
    assert singulars("glass") == {"glass"}
    assert "policewoman" in singulars("policewomen")


def test_tables_of_the_user(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("from,to\nA,Cat\nA,Dog\nB,\nA,Cat\n", "utf-8")
    assert read_label_table(path) == {"A": ("Cat", "Dog"), "B": ()}
    path.write_text("label,parent\nA,B\nA,C\n", "utf-8")
    assert read_hierarchy(path) == {"A": ("B", "C")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("from\nA\n", "the column 'to' is missing"),
        ("from,to\nA\n", ":2: the line has too few"),
        ("from,to\n,B\n", ":2: the column 'from' is empty"),
        ("from,to\nA,B\nA,\n", ":3: 'A' is both mapped and dropped"),
        ("from,to\nA,\nA,B\n", ":3: 'A' is both mapped and dropped"),
        ('from,to\n"A,B\n', "cannot be read"),
    ],
)
def test_a_bad_table_names_its_line(tmp_path, content, message):
    path = tmp_path / "t.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(DataError, match=message):
        read_label_table(path)


@pytest.mark.parametrize(
    "content",
    ["[1]", '{"LabelName": 3}', '{"LabelName": "a", "Subcategory": 3}', "{", "[" * 100_000],
)
def test_a_bad_tree_is_one_error(tmp_path, content):
    path = tmp_path / "h.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DataError, match=r"cannot be read|was expected"):
        read_hierarchy(path)
