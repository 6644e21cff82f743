"""Random answers: what they are drawn with."""

import random

import pytest

from chameleonapi.analysis.exploration.sampling import Dice


def test_dice_choose_what_the_standard_library_chooses():
    one, other = Dice(7), random.Random(7)
    for length in [*range(1, 70), 1_000, 4_097]:
        rows = range(length)
        assert one.choice(rows) == other.choice(rows)
        assert one.random() == other.random()
        assert one.randint(0, length) == other.randint(0, length)


def test_dice_refuse_to_choose_of_nothing():
    with pytest.raises(IndexError, match="nothing to choose"):
        Dice(7).choice([])
