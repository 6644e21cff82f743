"""pandas, as far as applications put answers of an API into tables.

Read by the engine as a part of the application, never imported. ``unknown``,
``is_unknown`` and ``is_missing`` are given by the engine. What is not here is unknown,
and a branch on it is a gap.
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


class _Texts:
    """``Series.str``."""

    def __init__(self, series):
        self._series = series

    def _each(self, function):
        series = self._series
        made = [_MISSING if is_missing(one) else function(one) for one in series._data]
        return Series(made, series._index, series.name)

    def lower(self):
        return self._each(lambda one: one.lower())

    def upper(self):
        return self._each(lambda one: one.upper())

    def title(self):
        return self._each(lambda one: one.title())

    def capitalize(self):
        return self._each(lambda one: one.capitalize())

    def strip(self, letters=None):
        return self._each(lambda one: one.strip(letters))

    def len(self):
        return self._each(lambda one: len(one))

    def split(self, by=None):
        return self._each(lambda one: one.split(by))

    def get(self, place):
        return self._each(lambda one: one[place] if -len(one) <= place < len(one) else _MISSING)

    def __getitem__(self, key):
        return self._each(lambda one: one[key])

    def replace(self, old, new, regex=False, case=None, n=-1):
        if regex or case is not None or n != -1:
            return unknown("Series.str.replace()", self._series._data)
        return self._each(lambda one: one.replace(old, new))

    def _asked(self, function, na):
        series = self._series
        absent = False if na is None else na
        made = [absent if is_missing(one) else function(one) for one in series._data]
        return Series(made, series._index, series.name)

    def contains(self, pattern, case=True, flags=0, na=None, regex=True):
        if not regex:
            if case:
                return self._asked(lambda one: pattern in one, na)
            return self._asked(lambda one: pattern.lower() in one.lower(), na)
        if re.escape(pattern) == pattern.replace(" ", "\\ ").replace("-", "\\-"):
            if case and not flags:
                return self._asked(lambda one: pattern in one, na)
            if not case:
                return self._asked(lambda one: pattern.lower() in one.lower(), na)
        flags = flags if case else flags | re.IGNORECASE
        return self._asked(lambda one: re.search(pattern, one, flags) is not None, na)

    def match(self, pattern, case=True, flags=0, na=None):
        flags = flags if case else flags | re.IGNORECASE
        return self._asked(lambda one: re.match(pattern, one, flags) is not None, na)

    def startswith(self, start, na=None):
        return self._asked(lambda one: one.startswith(start), na)

    def endswith(self, end, na=None):
        return self._asked(lambda one: one.endswith(end), na)

    def __getattr__(self, name):
        return unknown(f"Series.str.{name}", self._series._data)


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


class Series:
    def __init__(self, data=None, index=None, name=None, dtype=None):
        if isinstance(data, Series):
            index = data._index if index is None else index
            name = data.name if name is None else name
            data = data._data
        elif isinstance(data, dict):
            index = list(data.keys()) if index is None else index
            data = [data.get(one, _MISSING) for one in index]
        self._data = [] if data is None else list(data)
        self._index = list(range(len(self._data))) if index is None else list(index)
        self.name = name

    def _chosen(self, places):
        data, index = self._data, self._index
        return Series([data[one] for one in places], [index[one] for one in places], self.name)

    def _at(self, key):
        for label, value in zip(self._index, self._data):
            if label == key:
                return value
        raise KeyError(key)

    def _known(self):
        return [one for one in self._data if not is_missing(one)]

    __eq__ = _both(lambda a, b: a == b)
    __ne__ = _both(lambda a, b: a != b)
    __lt__ = _both(lambda a, b: a < b)
    __le__ = _both(lambda a, b: a <= b)
    __gt__ = _both(lambda a, b: a > b)
    __ge__ = _both(lambda a, b: a >= b)
    eq, ne, lt, le, gt, ge = __eq__, __ne__, __lt__, __le__, __gt__, __ge__
    __and__ = _both(lambda a, b: a and b)
    __or__ = _both(lambda a, b: a or b)
    __xor__ = _both(lambda a, b: a != b)
    __add__ = _both(lambda a, b: a + b)
    __radd__ = _both(lambda a, b: b + a)
    __sub__ = _both(lambda a, b: a - b)
    __rsub__ = _both(lambda a, b: b - a)
    __mul__ = _both(lambda a, b: a * b)
    __rmul__ = _both(lambda a, b: b * a)
    __truediv__ = _both(lambda a, b: a / b)
    __hash__ = None

    def __invert__(self):
        return Series([not one for one in self._data], self._index, self.name)

    def __neg__(self):
        return Series([-one for one in self._data], self._index, self.name)

    def __bool__(self):
        raise ValueError("The truth value of a Series is ambiguous.")

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return iter(self._data)

    def __contains__(self, key):
        return key in self._index

    def __getitem__(self, key):
        if isinstance(key, Series):
            return self._chosen(_rows_of(key, self._index, False))
        if isinstance(key, (list, ndarray)):
            return self._chosen(_rows_of(key, self._index, False))
        if isinstance(key, slice):
            return self._chosen(_sliced(key, self._index, True))
        return self._at(key)

    def __setitem__(self, key, value):
        for place, label in enumerate(self._index):
            if label == key:
                self._data[place] = value
                return
        self._index.append(key)
        self._data.append(value)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        for label, value in zip(self._index, self._data):
            if label == name:
                return value
        return unknown(f"Series.{name}", self._data)

    @property
    def str(self):
        return _Texts(self)

    @property
    def loc(self):
        return _Places(self, False)

    @property
    def iloc(self):
        return _Places(self, True)

    at = loc
    iat = iloc

    @property
    def values(self):
        return ndarray(self._data)

    @property
    def index(self):
        return Index(self._index)

    @property
    def empty(self):
        return len(self._data) == 0

    @property
    def size(self):
        return len(self._data)

    @property
    def shape(self):
        return (len(self._data),)

    def get(self, key, default=None):
        return self._at(key) if key in self._index else default

    def keys(self):
        return Index(self._index)

    def items(self):
        return list(zip(self._index, self._data))

    iteritems = items

    def tolist(self):
        return list(self._data)

    to_list = tolist

    def to_numpy(self):
        return ndarray(self._data)

    def to_dict(self):
        return dict(zip(self._index, self._data))

    def copy(self, deep=True):
        return Series(self._data, self._index, self.name)

    def astype(self, kind):
        if kind in (str, int, float, bool):
            return Series([kind(one) for one in self._data], self._index, self.name)
        if kind in ("str", "string", "object", "category"):
            return Series([str(one) for one in self._data], self._index, self.name)
        if kind in ("float", "float64", "float32"):
            return Series([float(one) for one in self._data], self._index, self.name)
        if kind in ("int", "int64", "int32"):
            return Series([int(one) for one in self._data], self._index, self.name)
        return unknown("Series.astype()", self._data)

    def sum(self):
        return sum(self._known())

    def count(self):
        return len(self._known())

    def mean(self):
        known = self._known()
        return sum(known) / len(known) if known else _MISSING

    def max(self):
        known = self._known()
        return max(known) if known else _MISSING

    def min(self):
        known = self._known()
        return min(known) if known else _MISSING

    def median(self):
        known = sorted(self._known())
        half = len(known) // 2
        if not known:
            return _MISSING
        return known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2

    def _extreme(self, pick):
        known = self._known()
        if not known:
            raise ValueError("attempt to get argmax of an empty sequence")
        wanted = pick(known)
        for place, value in enumerate(self._data):
            if not is_missing(value) and value == wanted:
                return place

    def idxmax(self):
        return self._index[self._extreme(max)]

    def idxmin(self):
        return self._index[self._extreme(min)]

    def argmax(self):
        return self._extreme(max)

    def argmin(self):
        return self._extreme(min)

    def any(self):
        return any(self._known())

    def all(self):
        return all(self._known())

    def abs(self):
        return Series([abs(one) for one in self._data], self._index, self.name)

    def round(self, digits=0):
        return Series([_rounded(one, digits) for one in self._data], self._index, self.name)

    def isin(self, values):
        wanted = list(values)
        return Series([one in wanted for one in self._data], self._index, self.name)

    def between(self, low, high, inclusive="both"):
        if inclusive != "both":
            return unknown("Series.between()", self._data)
        return Series([low <= one <= high for one in self._data], self._index, self.name)

    def isna(self):
        return Series([is_missing(one) for one in self._data], self._index, self.name)

    def notna(self):
        return Series([not is_missing(one) for one in self._data], self._index, self.name)

    isnull, notnull = isna, notna

    def fillna(self, value):
        made = [value if is_missing(one) else one for one in self._data]
        return Series(made, self._index, self.name)

    def dropna(self):
        return self._chosen([i for i, one in enumerate(self._data) if not is_missing(one)])

    def apply(self, function):
        return Series([function(one) for one in self._data], self._index, self.name)

    def map(self, change):
        if isinstance(change, dict):
            made = [change.get(one, _MISSING) for one in self._data]
            return Series(made, self._index, self.name)
        return self.apply(change)

    def head(self, n=5):
        return self._chosen(list(range(len(self._data)))[:n])

    def tail(self, n=5):
        places = list(range(len(self._data)))
        return self._chosen(places[-n:] if n else [])

    def unique(self):
        return ndarray(dict.fromkeys(self._data))

    def nunique(self):
        return len(dict.fromkeys(self._known()))

    def drop_duplicates(self):
        seen = dict.fromkeys(self._data)
        return self._chosen([self._data.index(one) for one in seen])

    def value_counts(self, normalize=False, ascending=False):
        counts = {}
        for one in self._known():
            counts[one] = counts.get(one, 0) + 1
        total = sum(counts.values())
        pairs = sorted(counts.items(), key=lambda pair: pair[1], reverse=not ascending)
        values = [count / total if normalize else count for _, count in pairs]
        return Series(values, [one for one, _ in pairs], "count")

    def mode(self):
        counts = self.value_counts()
        most = counts.max()
        return Series(sorted(one for one, count in counts.items() if count == most))

    def sort_values(self, ascending=True):
        places = sorted(range(len(self._data)), key=lambda i: self._data[i], reverse=not ascending)
        return self._chosen(places)

    def sort_index(self, ascending=True):
        places = sorted(range(len(self._data)), key=lambda i: self._index[i], reverse=not ascending)
        return self._chosen(places)

    def nlargest(self, n=5):
        return self.sort_values(ascending=False).head(n)

    def nsmallest(self, n=5):
        return self.sort_values().head(n)

    def reset_index(self, drop=False):
        if drop:
            return Series(self._data, None, self.name)
        named = self.name if self.name is not None else 0
        return DataFrame({"index": self._index, named: self._data})

    def to_frame(self, name=None):
        named = name if name is not None else self.name
        return DataFrame({named: self._data}, index=self._index)


class Index(Series):
    def __init__(self, data):
        self._data = list(data)
        self._index = list(range(len(self._data)))
        self.name = None

    def __contains__(self, key):
        return key in self._data

    def __getitem__(self, key):
        return self._data[key]

    def get_loc(self, key):
        return self._data.index(key)


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
        return concat([self, other], ignore_index=ignore_index)

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


def concat(objects, ignore_index=False, axis=0, sort=False):
    frames = list(objects)
    if axis not in (0, "index") or any(is_unknown(one) for one in frames):
        return unknown("pandas.concat()", frames)
    if all(isinstance(one, Series) for one in frames):
        data = [value for one in frames for value in one._data]
        index = [label for one in frames for label in one._index]
        return Series(data, None if ignore_index else index)
    names = []
    for one in frames:
        names += [name for name in one._columns if name not in names]
    columns = {
        name: [
            value
            for one in frames
            for value in one._columns.get(name, [_MISSING for _ in one._index])
        ]
        for name in names
    }
    index = [label for one in frames for label in one._index]
    return DataFrame(None)._made(columns, list(range(len(index))) if ignore_index else index)


def isna(value):
    if isinstance(value, Series):
        return value.isna()
    return unknown("pandas.isna()", value) if is_unknown(value) else is_missing(value)


def notna(value):
    if isinstance(value, Series):
        return value.notna()
    return unknown("pandas.notna()", value) if is_unknown(value) else not is_missing(value)


isnull, notnull = isna, notna
