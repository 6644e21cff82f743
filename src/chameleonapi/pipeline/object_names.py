"""The names that an API of objects gives to the things in composed scenes."""

from __future__ import annotations

from collections.abc import Mapping

from chameleonapi.analysis import Vocabulary
from chameleonapi.data.objects import common_names
from chameleonapi.data.scenes import SCENES_VERSION, scene_labels, scene_parents

__all__ = ["object_vocabulary", "scene_object_names"]


def scene_object_names() -> Mapping[str, str]:
    """Return the name of a thing by its label; one of a few common names."""
    return common_names(scene_labels(), scene_parents())


def object_vocabulary() -> Vocabulary:
    """Return these names as the vocabulary of the API."""
    names = tuple(sorted(set(scene_object_names().values())))
    return Vocabulary("scene-objects", SCENES_VERSION, names, is_complete=True)
