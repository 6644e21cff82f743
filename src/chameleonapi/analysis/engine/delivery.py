"""What says whether something arrived, not what was in it: the status of an answer to a request.

An application that stores what an API has found looks whether that went well. The outcome of
this has nothing to do with what was found, though it was computed from it.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_about_delivery", "is_delivery"]

_STATUS: Final = re.compile(
    r"(?:\.(?:status_code|ok|is_success|is_error|acknowledged)"
    r"|\[(['\"])(?:ResponseMetadata|HTTPStatusCode|FailedRecordCount|FailedEntryCount"
    r"|FailedPutCount|UnprocessedItems)\1\])$"
)
# They return what went wrong with each row.
_DELIVERS: Final = frozenset({"insert_rows", "insert_rows_json", "insert_rows_from_dataframe"})


def is_about_delivery(path: str) -> bool:
    """Return whether an unknown with this provenance says no more than whether a request went well.

    Args:
        path: such as ``requests.post().status_code``.
    """
    return _STATUS.search(path) is not None


def is_delivery(function: str) -> bool:
    """Return whether a function returns no more than what went wrong when it stored something."""
    return function.rsplit(".", 1)[-1] in _DELIVERS
