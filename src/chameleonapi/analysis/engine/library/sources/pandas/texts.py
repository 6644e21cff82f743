"""``Series.str``: what is asked of each text of a column."""


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
