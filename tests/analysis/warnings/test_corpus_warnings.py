"""Every warning about an application of the corpus was read by a person, and belongs there."""

from __future__ import annotations

from pathlib import Path

import pytest

from chameleonapi.analysis import Budget, analyze

CORPUS = Path(__file__).parents[2] / "corpus"
BUDGET = Budget(verification_answers=300)
# what a reader of the application would say as well; applications not named have no warning
EXPECTED = {
    "aioboto": {"order"},
    "always_true": {"always-true"},
    "azure_mixed": {"unknown-api"},
    "azure_only": {"unknown-api"},
    "both_ways": {"substring"},
    "brand_wall": {"order"},
    "class_attr": {"order"},
    "dict_dispatch": {"order"},
    "enum_class": {"order"},
    "fruit_price": {"order"},
    "game_or_photo": {"substring"},
    "happy_door": {"overridden"},
    "labels_csv": {"order"},
    "lang_router": {"unknown-api"},
    "lunch_photo": {"order", "substring"},
    "match_stmt": {"order"},
    "news_topic": {"order"},
    "pier_camera": {"order"},
    "py2_labels": {"dead-target"},
    "score_bands_label": {"overridden"},
    "substring_can": {"substring"},
    "talking_camera": {"dead-target"},
    "telegram_meme": {"order", "substring"},
    "top_three": {"substring"},
    "trash_sorter_api_order": {"order"},
}
NAMES = sorted(one.name for one in CORPUS.iterdir() if one.is_dir())
QUICK = {
    "always_true",
    "azure_only",
    "py2_labels",
    "substring_can",
    "mask_check",
    "zip_dict",
    "idle_after",
}
ALL = [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in NAMES]


@pytest.mark.parametrize("name", ALL)
def test_the_warnings_are_those_that_belong_there(name):
    found = analyze(CORPUS / name, budget=BUDGET).warnings
    assert {one.code for one in found} == EXPECTED.get(name, set()), found


def test_the_list_names_applications_that_are_there():
    assert set(EXPECTED) <= set(NAMES)
