"""A dictionary of an answer that is made when it is looked at, and says what was looked at.

How many items a list has, and which keys are there, can lead a run without any test. So each
look at a dictionary is recorded as a fact of the answer: see ``Fact``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, final

from chameleonapi.analysis.engine.attributes import METHODS
from chameleonapi.analysis.engine.lifting import leaf
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import SizedList, Tainted, Unknown
from chameleonapi.analysis.expressions import Expression, leaf_at
from chameleonapi.analysis.stubs.document_text import note_structure
from chameleonapi.analysis.stubs.not_followed import is_not_followed
from chameleonapi.analysis.trace import Place

__all__ = ["AnswerDict", "Source", "is_map", "map_item"]

Filling = Callable[[], "tuple[dict[str, Any], dict[str, Expression], dict[str, str | None]]"]
Picking = Callable[[str], Any]


@final
class Source:
    """Where a dictionary comes from: how it is filled, and which record of the answer it shows.

    ``parts`` are the keys of lists on the way to the words of a document. ``pick`` makes the value
    of one key that is there whatever the answer says, and returns ``MISSING`` for all others; of a
    list it notes how long it is.
    """

    __slots__ = ("fill", "machine", "parts", "pick", "place", "record")

    def __init__(
        self,
        machine: Machine,
        record: Mapping[str, Any],
        place: Place,
        fill: Filling,
        pick: Picking,
        parts: frozenset[str] = frozenset(),
    ) -> None:
        self.machine = machine
        self.parts = parts
        self.record = record
        self.place = place
        self.fill = fill
        self.pick = pick


class AnswerDict(dict[str, Any]):
    """A dictionary of an answer; lists that are empty are left out, as REST interfaces do.

    ``sizes`` holds the length of each such list, so that asking for its key asks about that.
    """

    __slots__ = (
        "_added",
        "_is_changed",
        "_names",
        "_origin",
        "_picked",
        "_source",
        "_todo",
        "sizes",
    )

    def __init__(
        self,
        items: Mapping[str, Any],
        sizes: dict[str, Expression],
        source: Source | None = None,
    ) -> None:
        super().__init__(items)
        self.sizes = sizes
        self._source = source
        self._todo = source
        self._origin = source  # of a copy too: what it was copied from
        self._names: dict[str, str | None] = {}  # in the record; None of what is always there
        self._picked: dict[str, Any] = {}  # what was asked for so far of what is not yet filled
        self._is_changed = source is None
        self._added: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it is what the API answered, but for what comes with every answer."""
        if self._todo is not None:
            return all(map(_is_as_answered, self._picked.values()))
        return not self._is_changed and all(
            key in self._added or _is_as_answered(one) for key, one in dict.items(self)
        )

    @property
    def holds_more(self) -> bool:
        """Whether keys come with it that say nothing of this answer: not all of them are known."""
        return bool(self._added)

    def with_items(self, items: Mapping[str, Any]) -> AnswerDict:
        """Return a copy with other values."""
        self._fill()
        made = AnswerDict(items, self.sizes)
        made._origin = self._origin
        return made

    def add(self, key: str, value: Any) -> None:
        """Put in what comes with every answer, which says nothing of this one."""
        dict.__setitem__(self, key, value)
        self._added |= {key}

    def _fill(self) -> None:
        source, self._todo = self._todo, None
        if source is not None:
            made, self.sizes, self._names = source.fill()
            for key, value in made.items():
                dict.setdefault(self, key, self._picked.get(key, value))
            for key in self._added - made.keys():  # what comes with every answer stands last in it
                dict.__setitem__(self, key, dict.pop(self, key))
            self._picked = {}

    def _pick(self, source: Source, key: str) -> Any:
        """Return the value of one key, the others left for later, if it is always there."""
        value = dict.get(self, key, self._picked.get(key, MISSING))
        if value is MISSING:
            value = source.pick(key)
            if value is not MISSING:
                self._picked[key] = value
        return value

    def _look(self, key: Any = None) -> None:
        """Record a look at a key, or at everything."""
        if self._todo is not None:
            self._fill()
        origin = self._origin
        if origin is not None and type(key) is str and key in origin.parts:
            note_structure(origin.machine)
        source = self._source
        if source is None:
            return
        if type(key) is not str:
            source.machine.look(source.place, None, source.record)
            return
        name = self._names.get(key, key)
        if name is not None:
            source.machine.look(source.place, name, source.record)

    def _open(self, key: Any) -> None:
        """Let any key of a map from text to text be asked for."""
        source = self._source
        if source is None or type(key) is not str or key in self.sizes:
            return
        if is_map(source.place.prefix):
            found = source.record.get(key)
            self.sizes[key], value = map_item(source.machine, source.place, key, found)
            if found:
                dict.setdefault(self, key, value)

    def _ask(self, machine: Machine, key: str) -> bool:
        size = self.sizes[key]
        test = machine.make(">", operator.gt, (size, 0), f"{size.text} > 0")
        return machine.test(test, value=dict.__contains__(self, key))

    def find(self, machine: Machine, key: Any) -> list[Any] | None:
        """Return the value of a key in a list, or None to look as in any dictionary."""
        if self._todo is not None and type(key) is str:
            value = self._pick(self._todo, key)
            if value is not MISSING:
                return [value]
        self._fill()
        self._open(key)
        if self._source is not None and is_map(self._source.place.prefix):
            return None  # to show a text, or nothing where there is none, asks for nothing
        if type(key) is str and key not in self.sizes and not self._is_changed:
            self._look(key)  # at this key alone: the others need not be like in another answer
            value = dict.get(self, key, MISSING)
            if value is MISSING and self._is_documented(key):
                return [Unknown(f"answer[{key!r}]", is_tainted=True)]
            return [value]
        if not isinstance(key, str) or key not in self.sizes:
            return None
        return [self[key]] if self._ask(machine, key) else [MISSING]

    def contains(self, machine: Machine, key: Any) -> bool:
        """Tell whether a key is there."""
        self._fill()
        self._open(key)
        if isinstance(key, str) and key in self.sizes:
            return self._ask(machine, key)
        return not isinstance(key, Unknown) and (key in self or self._is_documented(key))

    def _is_documented(self, key: Any) -> bool:
        source = self._source
        return source is not None and type(key) is str and is_not_followed(source.place, key)


def _is_as_answered(value: Any) -> bool:
    if type(value) is SizedList:
        return value.size is not None and all(map(_is_as_answered, value))
    if type(value) is AnswerDict:
        return value.is_whole
    return type(value) is Tainted


_CHANGES: Final = frozenset(
    ["pop", "setdefault", "__delitem__", "__ior__", "__setitem__", "clear", "popitem", "update"]
)


def is_map(prefix: str) -> bool:
    """Tell whether what stands at a prefix of an element is a map from text to text."""
    return prefix == "metadata."


def map_item(machine: Machine, place: Place, key: str, found: Any) -> tuple[Expression, Tainted]:
    """Return what is greater than 0 if a map has the key, and the text at the key."""
    text = found if isinstance(found, str) else ""
    made = leaf(machine, leaf_at(place.collection, place.index, f"{place.prefix}{key}"), text, key)
    return machine.make("len", len, (made.expression,), f"len({key})"), made


def _at_key(name: str) -> Callable[..., Any]:
    inner = getattr(dict, name)
    changes = name in _CHANGES

    def method(self: AnswerDict, key: Any, *rest: Any) -> Any:
        self._look(key)
        if changes:
            self._is_changed = True
        return inner(self, key, *rest)

    return method


def _at_all(name: str) -> Callable[..., Any]:
    inner = getattr(dict, name)
    changes = name in _CHANGES

    def method(self: AnswerDict, *rest: Any, **named: Any) -> Any:
        self._look()
        if changes:
            self._is_changed = True
        return inner(self, *rest, **named)

    return method


# Every way to look at a dictionary, or to change it: none may find it empty.
for _name in ("__getitem__", "get", "__contains__", "pop", "setdefault"):
    setattr(AnswerDict, _name, _at_key(_name))
for _name in (
    "__delitem__",
    "__eq__",
    "__ior__",
    "__iter__",
    "__len__",
    "__ne__",
    "__or__",
    "__repr__",
    "__reversed__",
    "__ror__",
    "__setitem__",
    "clear",
    "copy",
    "items",
    "keys",
    "popitem",
    "update",
    "values",
):
    setattr(AnswerDict, _name, _at_all(_name))

METHODS[AnswerDict] = {}
