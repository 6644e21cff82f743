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
