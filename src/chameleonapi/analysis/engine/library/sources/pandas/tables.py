"""Tables, and their rows as tuples."""


def _columns_of(data, columns):
    """Return the columns that the argument of ``DataFrame`` describes, each a list."""
    if data is None:
        return {one: [] for one in columns or ()}
    if isinstance(data, DataFrame):
        chosen = data._columns if columns is None else columns
        return {one: list(data._columns[one]) for one in chosen}
    if isinstance(data, Series):
        return {data.name if data.name is not None else 0: list(data._data)}
    if isinstance(data, dict):
        size = max(
            (len(one) for one in data.values() if isinstance(one, (list, tuple, Series, ndarray))), default=1
        )
        made = {}
        for name in data if columns is None else columns:
            one = data.get(name, _MISSING)
            is_many = isinstance(one, (list, tuple, Series, ndarray))
            made[name] = list(one) if is_many else [one for _ in range(size)]
        if len({len(one) for one in made.values()}) > 1:
            raise ValueError("All arrays must be of the same length")
        return made
    rows = list(data)
    if not rows:
        return {one: [] for one in columns or ()}
    if isinstance(rows[0], Series):
        rows = [one.to_dict() for one in rows]
    if isinstance(rows[0], dict):
        names = list(columns) if columns is not None else []
        if columns is None:
            for row in rows:
                names += [one for one in row if one not in names]
        return {one: [row.get(one, _MISSING) for row in rows] for one in names}
    if isinstance(rows[0], (list, tuple)):
        names = range(len(rows[0])) if columns is None else columns
        if len(list(names)) != len(rows[0]):
            raise ValueError("columns passed, passed data had another number of columns")
        return {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return {0 if columns is None else list(columns)[0]: rows}


class DataFrame:
    def __new__(cls, data=None, index=None, columns=None, dtype=None):
        if is_unknown(data) or is_unknown(columns):
            return unknown("pandas.DataFrame()", data)
        return object.__new__(cls)

    def __init__(self, data=None, index=None, columns=None, dtype=None):
        self._columns = _columns_of(data, columns)
        if index is None and isinstance(data, (DataFrame, Series)):
            index = data._index
        if index is None and isinstance(data, dict):
            kept = [one for one in data.values() if isinstance(one, Series)]
            index = kept[0]._index if kept else None
        size = max((len(one) for one in self._columns.values()), default=0)
        self._index = list(range(size)) if index is None else list(index)

    def _values(self):
        return [one for column in self._columns.values() for one in column]

    def _made(self, columns, index):
        made = DataFrame(None)
        made._columns = columns
        made._index = index
        return made

    def _chosen(self, places):
        columns = {name: [one[i] for i in places] for name, one in self._columns.items()}
        return self._made(columns, [self._index[i] for i in places])

    def _row(self, place):
        values = [one[place] for one in self._columns.values()]
        return Series(values, list(self._columns), self._index[place])

    def _place(self, label):
        if label not in self._index:
            raise KeyError(label)
        return self._index.index(label)

    def _append(self, labels, rows):
        for label, row in zip(labels, rows):
            names = list(self._columns)
            pairs = row if isinstance(row, dict) else dict(zip(names, row))
            for name in pairs:
                if name not in self._columns:
                    self._columns[name] = [_MISSING for _ in self._index]
            for name, column in self._columns.items():
                column.append(pairs.get(name, _MISSING))
            self._index.append(label)

    def _changed(self, made, inplace):
        if not inplace:
            return made
        self._columns, self._index = made._columns, made._index
        return None

    def __bool__(self):
        raise ValueError("The truth value of a DataFrame is ambiguous.")

    def __len__(self):
        return len(self._index)

    def __iter__(self):
        return iter(list(self._columns))

    def __contains__(self, name):
        return name in self._columns

    def __getitem__(self, key):
        if isinstance(key, (Series, ndarray)):
            return self._chosen(_rows_of(key, self._index, False))
        if isinstance(key, slice):
            return self._chosen(_sliced(key, self._index, True))
        if isinstance(key, list):
            if key and all(isinstance(one, bool) for one in key):
                return self._chosen(_rows_of(key, self._index, False))
            return self._made({one: list(self._columns[one]) for one in key}, list(self._index))
        if key not in self._columns:
            raise KeyError(key)
        return Series(self._columns[key], self._index, key)

    def __setitem__(self, key, value):
        if isinstance(value, Series):
            value = value._data
        if isinstance(value, (list, tuple, ndarray)):
            made = list(value)
            if not self._columns:
                self._index = list(range(len(made)))
            if len(made) != len(self._index):
                raise ValueError("Length of values does not match length of index")
        else:
            made = [value for _ in self._index]
        self._columns[key] = made

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._columns:
            return self[name]
        return unknown(f"DataFrame.{name}", self._values())

    @property
    def loc(self):
        return _Cells(self, False)

    @property
    def iloc(self):
        return _Cells(self, True)

    at = loc
    iat = iloc

    @property
    def columns(self):
        return Index(list(self._columns))

    @columns.setter
    def columns(self, names):
        self._columns = dict(zip(names, self._columns.values()))

    @property
    def index(self):
        return Index(self._index)

    @property
    def empty(self):
        return len(self._index) == 0 or len(self._columns) == 0

    @property
    def shape(self):
        return (len(self._index), len(self._columns))

    @property
    def size(self):
        return len(self._index) * len(self._columns)

    @property
    def values(self):
        return [list(one) for one in zip(*self._columns.values())]

    def keys(self):
        return self.columns

    def get(self, key, default=None):
        return self[key] if key in self._columns else default

    def items(self):
        return [(name, self[name]) for name in self._columns]

    iteritems = items

    def iterrows(self):
        for place in range(len(self._index)):
            yield self._index[place], self._row(place)

    def itertuples(self, index=True, name="Pandas"):
        names = list(self._columns)
        for place in range(len(self._index)):
            values = [self._columns[one][place] for one in names]
            if index:
                values = [self._index[place], *values]
            if name is None:
                yield tuple(values)
            else:
                yield _Row(["Index", *names] if index else names, values)

    def copy(self, deep=True):
        return self._chosen(range(len(self._index)))

    def head(self, n=5):
        return self._chosen(list(range(len(self._index)))[:n])

    def tail(self, n=5):
        places = list(range(len(self._index)))
        return self._chosen(places[-n:] if n else [])

    def sort_values(self, by, ascending=True, inplace=False, ignore_index=False):
        names = [by] if isinstance(by, str) else list(by)
        ways = ascending if isinstance(ascending, list) else [ascending] * len(names)
        places = list(range(len(self._index)))
        for name, way in reversed(list(zip(names, ways))):
            column = self._columns[name]
            places = sorted(places, key=lambda i: column[i], reverse=not way)
        made = self._chosen(places)
        if ignore_index:
            made._index = list(range(len(places)))
        return self._changed(made, inplace)

    def sort_index(self, ascending=True):
        places = sorted(
            range(len(self._index)), key=lambda i: self._index[i], reverse=not ascending
        )
        return self._chosen(places)

    def nlargest(self, n, columns):
        return self.sort_values(columns, ascending=False).head(n)

    def nsmallest(self, n, columns):
        return self.sort_values(columns).head(n)

    def reset_index(self, drop=False, inplace=False):
        columns = dict(self._columns)
        if not drop:
            columns = {"index": list(self._index), **columns}
        return self._changed(self._made(columns, list(range(len(self._index)))), inplace)

    def set_index(self, name, inplace=False):
        columns = {key: one for key, one in self._columns.items() if key != name}
        return self._changed(self._made(columns, list(self._columns[name])), inplace)

    def rename(self, columns=None, inplace=False):
        if not isinstance(columns, dict):
            return unknown("DataFrame.rename()", self._values())
        made = {columns.get(name, name): one for name, one in self._columns.items()}
        return self._changed(self._made(made, list(self._index)), inplace)

    def drop(self, labels=None, axis=0, columns=None, index=None, inplace=False):
        if columns is None and axis in (1, "columns"):
            columns = labels
        if columns is not None:
            gone = columns if isinstance(columns, list) else [columns]
            made = {name: one for name, one in self._columns.items() if name not in gone}
            return self._changed(self._made(made, list(self._index)), inplace)
        gone = labels if index is None else index
        gone = gone if isinstance(gone, (list, Series)) else [gone]
        places = [i for i, one in enumerate(self._index) if one not in gone]
        return self._changed(self._chosen(places), inplace)

    def drop_duplicates(self, subset=None, inplace=False):
        names = list(self._columns) if subset is None else subset
        names = names if isinstance(names, list) else [names]
        seen, places = [], []
        for place in range(len(self._index)):
            key = tuple(self._columns[one][place] for one in names)
            if key not in seen:
                seen.append(key)
                places.append(place)
        return self._changed(self._chosen(places), inplace)

    def dropna(self, subset=None, inplace=False):
        names = list(self._columns) if subset is None else subset
        places = [
            place
            for place in range(len(self._index))
            if not any(is_missing(self._columns[one][place]) for one in names)
        ]
        return self._changed(self._chosen(places), inplace)

    def fillna(self, value):
        made = {
            name: [value if is_missing(one) else one for one in column]
            for name, column in self._columns.items()
        }
        return self._made(made, list(self._index))

    def assign(self, **columns):
        made = self.copy()
        for name, value in columns.items():
            made[name] = value(made) if callable(value) else value
        return made

    def apply(self, function, axis=0):
        if axis in (1, "columns"):
            rows = [self._row(place) for place in range(len(self._index))]
            return Series([function(one) for one in rows], self._index)
        return Series([function(self[name]) for name in self._columns], list(self._columns))

    def _over_columns(self, name):
        names = list(self._columns)
        return Series([getattr(self[one], name)() for one in names], names)

    def count(self):
        return self._over_columns("count")

    def nunique(self):
        return self._over_columns("nunique")

    def max(self):
        return self._over_columns("max")

    def min(self):
        return self._over_columns("min")

    def groupby(self, by, **options):
        if isinstance(by, list) and len(by) == 1:
            by = by[0]
        if not isinstance(by, str) or options.get("as_index") is False:
            return unknown("DataFrame.groupby()", self._values())
        return _Groups(self, by)

    def append(self, other, ignore_index=False):
        if isinstance(other, (dict, Series)):
            other = DataFrame([other])
        elif isinstance(other, list) and other and not isinstance(other[0], DataFrame):
            other = DataFrame(other)
        others = other if isinstance(other, (list, tuple)) else [other]
        return concat([self, *others], ignore_index=ignore_index)

    def to_dict(self, orient="dict"):
        if orient == "records":
            names = list(self._columns)
            return [
                {one: self._columns[one][place] for one in names}
                for place in range(len(self._index))
            ]
        if orient == "list":
            return {name: list(one) for name, one in self._columns.items()}
        if orient == "dict":
            return {name: dict(zip(self._index, one)) for name, one in self._columns.items()}
        return unknown("DataFrame.to_dict()", self._values())

    def to_json(self, path=None, orient="columns"):
        if path is None and orient == "records":
            return json.dumps(self.to_dict("records"))
        return unknown("DataFrame.to_json()", self._values())


class _Row:
    """A row of ``itertuples``."""

    def __init__(self, names, values):
        self._fields = tuple(names)
        self._values = values

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._fields:
            raise AttributeError(name)
        return self._values[self._fields.index(name)]

    def __getitem__(self, key):
        return self._values[key]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def _asdict(self):
        return dict(zip(self._fields, self._values))
