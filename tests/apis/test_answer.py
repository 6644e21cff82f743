"""Answers are put together from values by field path."""

import pytest

from chameleonapi.apis import build_element, join_answer, read_field, write_field

ROWS = [
    {"description": "Cat", "score": 0.5},
    {"boundingPoly.normalizedVertices.1.x": 0.5, "boundingPoly.more": 2, "name": "Cat"},
    {"Parents.*.Name": ("Animal", "Pet"), "Instances.#": 2, "Instances.0.Confidence": 9.5},
    {"a.b.c": 1, "a.b.d": 2, "a.e": 3, "text.&.symbol": "ab"},
]


@pytest.mark.parametrize("row", ROWS, ids=lambda one: next(iter(one)))
def test_an_element_is_what_its_fields_written_one_by_one_make(row):
    written = {}
    for path, value in row.items():
        write_field(written, path, value)
    assert build_element(row) == written
    assert list(build_element(row)) == list(written)


def test_elements_are_joined_to_an_answer_that_holds_them():
    cat, adult = {"description": "Cat"}, {"adult": "LIKELY"}
    made = join_answer(
        {"labelAnnotations": [cat], "safeSearchAnnotation": [adult], "": [{"x": 1}]},
        {"textAnnotation.text": "a cat"},
    )
    assert made["labelAnnotations"][0] is cat
    assert made["safeSearchAnnotation"] is adult
    assert made["x"] == 1
    assert read_field(made, "textAnnotation.text") == "a cat"
