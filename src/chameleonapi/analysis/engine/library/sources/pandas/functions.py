"""Functions of the library itself."""


def concat(objects, ignore_index=False, axis=0, sort=False):
    frames = list(objects)
    if axis not in (0, "index") or any(is_unknown(one) for one in frames):
        return unknown("pandas.concat()", frames)
    if not all(isinstance(one, (DataFrame, Series)) for one in frames):
        raise TypeError("cannot concatenate what is neither a Series nor a DataFrame")
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
