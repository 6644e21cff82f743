"""What loops add to a text for each element of the answer."""

import pytest

from chameleonapi.analysis.engine.repeated_texts import said_once

HEAD = "Found <answer>\n"
CORNER = " - (<answer>, <answer>)\n"
BLOCK = "\n<answer> (<answer>)\nCorners:\n"


@pytest.mark.parametrize("things", [1, 2, 5])
@pytest.mark.parametrize("corners", [1, 4, 9])
def test_a_loop_in_a_loop_is_said_once(things, corners):
    text = HEAD + (BLOCK + CORNER * corners) * things
    assert said_once(text) == said_once(HEAD + BLOCK + CORNER)


def test_a_heading_without_any_thing_stays_what_it_is():
    assert said_once(HEAD) == HEAD
    assert said_once(HEAD) != said_once(HEAD + BLOCK + CORNER)


def test_data_side_by_side_is_data():
    assert said_once("<answer>/<answer>, <answer>") == "<answer>"


def test_words_between_data_stay():
    assert said_once("<answer> but not <answer>") == "<answer> but not <answer>"


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_rows_that_name_something_unknown_are_said_once(rows):
    key = "<unknown parameter event['Records'][0]['s3']['object']['key'].replace('upload/', '')>"
    row = f"\n{key},<answer> is <answer>"
    assert said_once(row * rows) == row
    other = row.replace("upload", "incoming")
    assert said_once(row + other) == row + other
