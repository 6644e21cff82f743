"""Finders of parts of inputs, of either sort, and the backbones that they make of others."""

from __future__ import annotations

from chameleonapi.models.backbones import Backbone
from chameleonapi.models.mentions import MentionBackbone, MentionFinder
from chameleonapi.models.regions import RegionBackbone, RegionFinder
from chameleonapi.models.weight_files import record_entries

__all__ = ["PartFinder", "finder_in", "read_finder", "with_finder"]

PartFinder = RegionFinder | MentionFinder


def read_finder(content: bytes) -> PartFinder:
    """Read a finder from the bytes of its file.

    Raises:
        ModelError: if they are damaged.
    """
    try:
        is_of_mentions = MentionFinder.entry in record_entries(content)
    except ValueError:
        is_of_mentions = False  # the other one says what is wrong
    return (MentionFinder if is_of_mentions else RegionFinder).from_bytes(content)


def with_finder(whole: Backbone, finder: PartFinder) -> Backbone:
    """Return the backbone whose features are those of the parts that a finder finds.

    Raises:
        UnsupportedError: if the backbone gives not what the finder stands on.
    """
    if isinstance(finder, MentionFinder):
        return MentionBackbone(whole, finder)
    return RegionBackbone(whole, finder)


def finder_in(backbone: Backbone) -> PartFinder | None:
    """Return the finder of a backbone of parts; None for one of whole inputs."""
    if isinstance(backbone, RegionBackbone | MentionBackbone):
        return backbone.finder
    return None
