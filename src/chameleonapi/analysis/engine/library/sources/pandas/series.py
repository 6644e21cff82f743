"""Columns, and the labels of rows."""


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
