"""``loc`` and ``iloc``: rows and cells by their label or their place."""


class _Places:
    """``loc`` and ``iloc`` of a column."""

    def __init__(self, series, by_place):
        self._series = series
        self._by_place = by_place

    def __getitem__(self, key):
        series = self._series
        if isinstance(key, (Series, list, ndarray)):
            return series._chosen(_rows_of(key, series._index, self._by_place))
        if isinstance(key, slice):
            return series._chosen(_sliced(key, series._index, self._by_place))
        if self._by_place:
            return series._data[key]
        return series._at(key)


class _Cells:
    """``loc`` and ``iloc`` of a table."""

    def __init__(self, frame, by_place):
        self._frame = frame
        self._by_place = by_place

    def _columns(self, key):
        return list(self._frame._columns)[key] if self._by_place else key

    def __getitem__(self, key):
        frame = self._frame
        rows, column = key if isinstance(key, tuple) else (key, None)
        if isinstance(rows, (Series, list, ndarray)):
            found = frame._chosen(_rows_of(rows, frame._index, self._by_place))
        elif isinstance(rows, slice):
            found = frame._chosen(_sliced(rows, frame._index, self._by_place))
        else:
            place = rows if self._by_place else frame._place(rows)
            if place >= len(frame._index) or place < -len(frame._index):
                raise IndexError("single positional indexer is out-of-bounds")
            found = frame._row(place)
        if column is None:
            return found
        if isinstance(column, slice) and column.start is None and column.stop is None:
            return found
        return found[self._columns(column)]

    def __setitem__(self, key, value):
        frame = self._frame
        if not isinstance(key, tuple):
            frame._append([key], [value])
            return
        rows, column = key
        if isinstance(rows, (Series, list, ndarray)):
            places = _rows_of(rows, frame._index, self._by_place)
        elif isinstance(rows, slice):
            places = _sliced(rows, frame._index, self._by_place)
        else:
            places = [rows if self._by_place else frame._place(rows)]
        column = self._columns(column)
        if column not in frame._columns:
            frame[column] = _MISSING
        for one in places:
            frame._columns[column][one] = value


def _sliced(key, index, by_place):
    places = list(range(len(index)))
    if by_place:
        return places[key]
    start = 0 if key.start is None else index.index(key.start)
    end = len(index) if key.stop is None else index.index(key.stop) + 1
    return places[start:end]


def _rows_of(key, index, by_place):
    """Return the places that a list or a column of flags chooses."""
    values = key if isinstance(key, list) else key._data
    if values and all(isinstance(one, bool) for one in values):
        return [place for place, one in enumerate(values) if one]
    if not values:
        return []
    if by_place:
        return list(values)
    return [index.index(one) for one in values]
