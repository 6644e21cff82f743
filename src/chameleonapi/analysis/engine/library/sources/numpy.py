"""numpy, as far as applications compute with the numbers of an answer: arrays of one dimension.

Read by the engine as a part of the application, never imported. ``unknown``, ``holding``,
``is_unknown`` and ``is_row`` are given by the engine. What is not here is unknown: pictures, above all.
"""

import math


def _both(function):
    def operate(self, other):
        if is_unknown(other):
            return unknown("numpy.array()", self._data, other)
        if isinstance(other, (ndarray, list, tuple)):
            values = list(other)
            if len(values) == 1:
                values = values * len(self._data)
            if len(values) != len(self._data):
                raise ValueError("operands could not be broadcast together")
            return ndarray([function(a, b) for a, b in zip(self._data, values)])
        return ndarray([function(a, other) for a in self._data])

    return operate


class ndarray:
    def __init__(self, data):
        self._data = list(data)

    __eq__ = _both(lambda a, b: a == b)
    __ne__ = _both(lambda a, b: a != b)
    __lt__ = _both(lambda a, b: a < b)
    __le__ = _both(lambda a, b: a <= b)
    __gt__ = _both(lambda a, b: a > b)
    __ge__ = _both(lambda a, b: a >= b)
    __and__ = _both(lambda a, b: a and b)
    __or__ = _both(lambda a, b: a or b)
    __add__ = _both(lambda a, b: a + b)
    __radd__ = _both(lambda a, b: b + a)
    __sub__ = _both(lambda a, b: a - b)
    __rsub__ = _both(lambda a, b: b - a)
    __mul__ = _both(lambda a, b: a * b)
    __rmul__ = _both(lambda a, b: b * a)
    __truediv__ = _both(lambda a, b: a / b)
    __rtruediv__ = _both(lambda a, b: b / a)
    __pow__ = _both(lambda a, b: a**b)
    __hash__ = None

    def __invert__(self):
        return ndarray([not one for one in self._data])

    def __neg__(self):
        return ndarray([-one for one in self._data])

    def __bool__(self):
        if len(self._data) > 1:
            raise ValueError("The truth value of an array with more than one element is ambiguous.")
        return bool(self._data[0]) if self._data else False

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return iter(self._data)

    def __contains__(self, value):
        return value in self._data

    def __getitem__(self, key):
        if isinstance(key, (ndarray, list)):
            values = list(key)
            if values and _all(isinstance(one, bool) for one in values):
                return ndarray([a for a, is_in in zip(self._data, values) if is_in])
            return ndarray([self._data[one] for one in values])
        if isinstance(key, tuple):
            return holding("numpy.array()", self._data)
        found = self._data[key]
        return ndarray(found) if isinstance(key, slice) else found

    def __setitem__(self, key, value):
        self._data[key] = value

    def reshape(self, *shape):
        return holding("numpy.array()", self._data)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return unknown(f"numpy.array().{name}", self._data)

    @property
    def size(self):
        return len(self._data)

    @property
    def shape(self):
        return (len(self._data),)

    @property
    def ndim(self):
        return 1

    def tolist(self):
        return list(self._data)

    def copy(self):
        return ndarray(self._data)

    def astype(self, kind):
        return array(self._data, kind)

    def sum(self):
        return sum(self)

    def mean(self):
        return mean(self)

    def max(self):
        return max(self)

    def min(self):
        return min(self)

    def std(self):
        return std(self)

    def argmax(self):
        return argmax(self)

    def argmin(self):
        return argmin(self)

    def argsort(self):
        return argsort(self)

    def any(self):
        return any(self)

    def all(self):
        return all(self)

    def round(self, decimals=0):
        return round(self, decimals)

    def sort(self):
        self._data = sorted(self._data)


_sum, _max, _min, _any, _all, _round, _abs, _sorted = sum, max, min, any, all, round, abs, sorted


def _is_plain(data):
    """Return whether something is a sequence of numbers, texts or truth values."""
    if is_unknown(data) or not (isinstance(data, (list, tuple)) or hasattr(data, "_data")):
        return False
    return is_row(data._data if hasattr(data, "_data") else data)


def array(data, dtype=None, copy=True, ndmin=0):
    if not _is_plain(data):
        return holding("numpy.array()", data)
    if dtype in (None, object, "object"):
        return ndarray(data)
    if dtype in (int, float, str, bool):
        return ndarray([dtype(one) for one in data])
    if dtype in (float64, float32, "float", "float32", "float64"):
        return ndarray([float(one) for one in data])
    if dtype in (int64, int32, "int", "int32", "int64"):
        return ndarray([int(one) for one in data])
    return unknown("numpy.array()", data)


asarray = array
float64, float32 = "float64", "float32"
int64, int32 = "int64", "int32"
inf, nan = float("inf"), float("nan")
pi, e = math.pi, math.e


def _rounded(value, decimals=0):
    power = 10**decimals
    return _round(value * power) / power


def _on_numbers(name, function):
    """Return a function of one sequence; with an axis, or of anything else, it is unknown."""

    def run(data, axis=None, **options):
        if axis not in (None, 0, -1) or options or not _is_plain(data):
            return unknown(f"numpy.{name}()", data)
        return function(list(data))

    return run


def _mean(data):
    return _sum(data) / len(data) if data else nan


def _median(data):
    ordered = _sorted(data)
    half = len(ordered) // 2
    if not ordered:
        return nan
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _std(data):
    middle = _mean(data)
    return math.sqrt(_mean([(one - middle) ** 2 for one in data])) if data else nan


def _var(data):
    middle = _mean(data)
    return _mean([(one - middle) ** 2 for one in data])


def _extreme(pick):
    def run(data):
        if not data:
            raise ValueError("attempt to get argmax of an empty sequence")
        return data.index(pick(data))

    return run


def _argsort(data):
    return ndarray(_sorted(range(len(data)), key=lambda place: data[place]))


def _unique(data):
    return ndarray(_sorted(dict.fromkeys(data)))


sum = _on_numbers("sum", _sum)
mean = average = _on_numbers("mean", _mean)
median = _on_numbers("median", _median)
std = _on_numbers("std", _std)
var = _on_numbers("var", _var)
max = amax = _on_numbers("max", _max)
min = amin = _on_numbers("min", _min)
argmax = _on_numbers("argmax", _extreme(_max))
argmin = _on_numbers("argmin", _extreme(_min))
argsort = _on_numbers("argsort", _argsort)
any = _on_numbers("any", _any)
all = _on_numbers("all", _all)
sort = _on_numbers("sort", lambda data: ndarray(_sorted(data)))
unique = _on_numbers("unique", _unique)
count_nonzero = _on_numbers("count_nonzero", lambda data: len([one for one in data if one]))


def _element(name, function):
    def run(value, *rest):
        if is_unknown(value) or _any(is_unknown(one) for one in rest):
            return unknown(f"numpy.{name}()", value, *rest)
        if isinstance(value, (list, tuple)) or hasattr(value, "_data"):
            if not _is_plain(value):
                return unknown(f"numpy.{name}()", value)
            return ndarray([function(one, *rest) for one in value])
        return function(value, *rest)

    return run


round = around = _element("round", _rounded)
abs = absolute = _element("abs", _abs)
sqrt = _element("sqrt", math.sqrt)
floor = _element("floor", math.floor)
ceil = _element("ceil", math.ceil)
log = _element("log", math.log)
exp = _element("exp", math.exp)


def clip(value, low, high):
    return _element("clip", lambda one: _min(_max(one, low), high))(value)


def where(condition, chosen=None, other=None):
    if not _is_plain(condition):
        return unknown("numpy.where()", condition, chosen, other)
    flags = list(condition)
    if chosen is None and other is None:
        return (ndarray([place for place, one in enumerate(flags) if one]),)

    def at(values, place):
        return values[place] if isinstance(values, (list, tuple, ndarray)) else values

    return ndarray([at(chosen if one else other, place) for place, one in enumerate(flags)])


def isin(values, wanted):
    if not _is_plain(values) or not _is_plain(wanted):
        return unknown("numpy.isin()", values, wanted)
    known = list(wanted)
    return ndarray([one in known for one in values])


def logical_and(left, right):
    return array(left) & array(right) if _is_plain(left) else left and right


def logical_or(left, right):
    return array(left) | array(right) if _is_plain(left) else left or right


def isnan(value):
    if is_unknown(value) or isinstance(value, (list, tuple, ndarray)):
        return unknown("numpy.isnan()", value)
    return value != value


def dot(left, right):
    if not _is_plain(left) or not _is_plain(right):
        return unknown("numpy.dot()", left, right)
    return _sum([a * b for a, b in zip(left, right)])


def concatenate(arrays, axis=0):
    if is_unknown(arrays) or not _all(_is_plain(one) for one in arrays):
        return unknown("numpy.concatenate()", arrays)
    return ndarray([value for one in arrays for value in one])


def zeros(size, dtype=None):
    return ndarray([0.0] * size) if isinstance(size, int) else unknown("numpy.zeros()", size)


def ones(size, dtype=None):
    return ndarray([1.0] * size) if isinstance(size, int) else unknown("numpy.ones()", size)


def arange(*bounds):
    if not _all(isinstance(one, int) for one in bounds):
        return unknown("numpy.arange()", bounds)
    return ndarray(range(*bounds))
