"""pandas, as far as applications put answers of an API into tables.

Read by the engine as a part of the application, never imported: this file first, then the others
of the folder, all into one namespace, so that each sees the names of the others. ``unknown``,
``is_unknown`` and ``is_missing`` are given by the engine. What is not here is unknown, and a
branch on it is a gap.
"""

import json
import re

from numpy import ndarray
from numpy import round as _rounded

_MISSING = float("nan")


def _both(function):
    """Return an operation on columns: with a column of as many values, or with one value."""

    def operate(self, other):
        if isinstance(other, Series):
            made = [function(a, b) for a, b in zip(self._data, other._data)]
        elif isinstance(other, (list, tuple, ndarray)):
            made = [function(a, b) for a, b in zip(self._data, other)]
        else:
            made = [function(one, other) for one in self._data]
        return Series(made, self._index, self.name)

    return operate
