"""The words for what sort of decision an application makes, and how well it is known."""

from __future__ import annotations

import enum

__all__ = ["Kind", "Order", "Status"]


class Kind(enum.Enum):
    """The shape of a decision; the first three are the paper's (section 3.1)."""

    TRUE_FALSE = "TRUE_FALSE"
    MULTI_CHOICE = "MULTI_CHOICE"
    MULTI_SELECT = "MULTI_SELECT"
    VALUE_RANGES = "VALUE_RANGES"
    COUNT = "COUNT"
    GENERAL = "GENERAL"
    NONE = "NONE"


class Order(enum.Enum):
    """What breaks the tie when several target classes are in an answer."""

    API = "api"  # the first match in the order of the answer
    APPLICATION = "application"  # the first target class in the order of the source


class Status(enum.Enum):
    """How much of the source the record stands for."""

    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    UNSUPPORTED = "UNSUPPORTED"
