"""``groupby``: rows by the value of a column."""


class _Groups:
    """What ``groupby`` gives: rows by the value of a column."""

    def __init__(self, frame, by, column=None):
        self._frame = frame
        self._by = by
        self._column = column
        self._places = {}
        for place, key in enumerate(frame._columns[by]):
            self._places.setdefault(key, []).append(place)

    def __getitem__(self, column):
        return _Groups(self._frame, self._by, column)

    def __getattr__(self, name):
        if not name.startswith("_") and name in self._frame._columns:
            return self[name]
        return unknown(f"groupby().{name}", self._frame._values())

    def __iter__(self):
        for key in sorted(self._places):
            yield key, self._frame._chosen(self._places[key])

    def __len__(self):
        return len(self._places)

    def size(self):
        keys = sorted(self._places)
        return Series([len(self._places[one]) for one in keys], keys)

    def _each(self, name):
        keys = sorted(self._places)

        def of(column):
            series = [self._frame[column]._chosen(self._places[one]) for one in keys]
            return [getattr(one, name)() for one in series]

        if self._column is not None:
            return Series(of(self._column), keys, self._column)
        others = [one for one in self._frame._columns if one != self._by]
        return DataFrame({one: of(one) for one in others}, index=keys)

    def sum(self, numeric_only=False):
        return self._each("sum")

    def count(self):
        return self._each("count")

    def mean(self, numeric_only=False):
        return self._each("mean")

    def max(self):
        return self._each("max")

    def min(self):
        return self._each("min")
