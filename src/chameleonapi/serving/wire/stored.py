"""Inputs that a request names and does not hold: objects in buckets."""

from __future__ import annotations

from collections.abc import Callable

from chameleonapi.errors import ServingError

__all__ = ["MissingObjectError", "ReadObject", "TooLargeObjectError", "UnknownBucketError"]

# Told a bucket, a key and the most bytes; raises one of the errors below.
ReadObject = Callable[[str, str, int], bytes]


class UnknownBucketError(ServingError):
    """No folder stands for the bucket."""


class MissingObjectError(ServingError):
    """There is no such object, or it is no plain file within the folder."""


class TooLargeObjectError(ServingError):
    """The object is larger than what the API takes."""
