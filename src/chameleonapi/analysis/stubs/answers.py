"""Values of an answer: messages as the client libraries return them, and dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import leaf, lift
from chameleonapi.analysis.engine.machine import FixedAnswer, Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.operations import truth
from chameleonapi.analysis.engine.values import Native, Opaque, SizedList, Tainted, Unknown
from chameleonapi.analysis.expressions import Expression, Leaf, leaf_at
from chameleonapi.analysis.stubs.answer_dict import AnswerDict, Source, is_map, map_item
from chameleonapi.analysis.stubs.document_text import BREAKS, SymbolProperty, note_structure
from chameleonapi.analysis.stubs.shapes import Shape, answer_shape, to_camel, to_snake
from chameleonapi.analysis.trace import Place, place_at
from chameleonapi.apis import FieldKind, FieldSpec

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "AnswerDict",
    "EmptyMessage",
    "EnumNumber",
    "Message",
    "as_dictionary",
    "as_message",
]

# Enumerations whose numbers are not their positions.
_NUMBERS = {
    "PHONE_NUMBER": 9,
    "ADDRESS": 10,
    "DATE": 11,
    "NUMBER": 12,
    "PRICE": 13,
}


class EnumNumber(int):
    """A member of an enumeration of a client library: a number with a name."""

    label: str

    def __new__(cls, number: int, label: str) -> Self:
        """Make the number and remember its name."""
        made = super().__new__(cls, number)
        made.label = label
        return made

    @staticmethod
    def tainted_attribute(machine: Machine, value: Tainted, name: str) -> Any:
        """Return ``name`` or ``value`` of a number of the answer."""
        text = f"{value.expression.text}.{name}"
        if name in ("name", "_name_"):
            return lift(machine, "enum name", _label, (value,), text)
        if name in ("value", "_value_", "real"):
            return lift(machine, "enum value", int, (value,), text)
        raise Raised(AttributeError(f"'int' object has no attribute {name!r}"))


def _label(value: EnumNumber) -> str:
    return value.label


def enum_number(name: str, names: tuple[str, ...]) -> EnumNumber:
    """Return the number of a name of an enumeration."""
    number = _NUMBERS.get(name)
    if number is None:
        number = names.index(name) if name in names else 0
    return EnumNumber(number, name)


class EmptyMessage(Opaque):
    """A message of which no field is set, such as ``response.error``."""

    __slots__ = ()
    name = "Status"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the default of a field."""
        del machine
        return {"message": "", "code": 0, "details": []}.get(name, Unknown(f"error.{name}"))

    def truth(self, _machine: Machine) -> bool:
        """Return False, as an unset message is."""
        return False


class Message(Opaque):
    """A message of an answer, read by protobuf field names."""

    __slots__ = ("collection", "index", "is_fixed", "name", "prefix", "record", "shape")
    is_answer = True

    def __init__(
        self,
        shape: Shape,
        record: Any,
        collection: str,
        index: int,
        prefix: str,
        name: str,
        is_fixed: bool,
    ) -> None:
        self.shape = shape
        self.record = record if isinstance(record, Mapping) else {}
        self.collection = collection
        self.index = index
        self.prefix = prefix
        self.name = name
        self.is_fixed = is_fixed

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a field."""
        if name in ("_pb", "pb"):
            return self
        key = to_camel(name)
        inner = self.shape.fields.get(key)
        if inner is not None and (name == to_snake(key) or name.rstrip("_") == to_snake(key)):
            return _value(machine, inner, self, key)
        if name == "error":
            return EmptyMessage()
        if name == "property" and self.prefix.endswith(".&."):
            return SymbolProperty(enum_number(BREAKS[1], BREAKS))
        if name in _NOT_FIELDS or (name.startswith("__") and name.endswith("__")):
            raise Raised(AttributeError(f"{self.name!r} object has no attribute {name!r}"))
        if name == "HasField":
            return Native(name, lambda m, a, _n: self._has(m, a[0]))
        if name.endswith(("_annotations", "_annotation")) and self.index < 0:
            # a list that was not asked for is empty
            return [] if name.endswith("s") else EmptyMessage()
        return Unknown(f"{self.name}.{name}", is_tainted=True)

    def _has(self, machine: Machine, name: Any) -> bool:
        if not isinstance(name, str) or name == "error":
            return False
        self.look(machine, to_camel(name))
        return to_camel(name) in self.record

    def contains(self, machine: Machine, name: Any) -> bool:
        """Tell whether a field is set (``'score' in message``)."""
        if not isinstance(name, str):
            return False
        self.look(machine, to_camel(name))
        return to_camel(name) in self.record

    def truth(self, machine: Machine) -> bool:
        """Return whether anything is set, of a part of the answer that holds lists and texts.

        What holds likelihoods or numbers is always set where it was asked for.
        """
        if self.index >= 0 or not self.prefix or not self.shape.may_be_unset:
            return True
        texts = [key for key, one in self.shape.fields.items() if one.spec is not None]
        asked = texts or self.shape.fields  # there is a text where there are words
        return any(truth(machine, self.attribute(machine, to_snake(key))) for key in asked)

    def look(self, machine: Machine, key: str) -> None:
        """Record that the run may go by whether a field is set, or by its length."""
        machine.look(self.place, key, self.record)

    @property
    def place(self) -> Place:
        """Where it stands in the answer."""
        return place_at(self.collection, self.index, self.prefix, self.is_fixed)


_MAPS = frozenset({"metadata"})  # fields that are maps from text to text
_NOT_FIELDS = frozenset({"get", "items", "keys", "values", "append", "split", "lower", "json"})


def _value(machine: Machine, shape: Shape, owner: Message, key: str) -> Any:
    path = f"{owner.prefix}{key}"
    found = owner.record.get(key)
    if shape.is_joined:
        return _joined(shape, owner, key)
    if shape.is_list:
        owner.look(machine, key)
        if shape.parts_of is not None:
            note_structure(machine)
        return _list(machine, shape, owner, key, path, found)
    if shape.spec is not None:
        return _scalar(machine, shape.spec, owner, path, found, as_number=True)
    inner = _inner(shape, owner, key)
    if shape.collection is None and key in _MAPS:
        return as_dictionary(machine, inner, keeps_empty=False, is_snake=True)
    return inner


def _joined(shape: Shape, owner: Message, key: str) -> list[Any]:
    """Return a list whose texts are one field as one item, with all of the text."""
    assert shape.element is not None
    items = owner.record.get(key) or ()
    name = next(iter(shape.element.fields))
    text = "".join(str(one.get(name, "")) for one in items if isinstance(one, Mapping))
    prefix = f"{owner.prefix}{key}.&."
    item = Message(
        shape.element, {name: text}, owner.collection, owner.index, prefix, key, owner.is_fixed
    )
    return [item]


def _parts(machine: Machine, shape: Shape, owner: Message, key: str, items: Any) -> list[Any]:
    """Return a list on the way to a collection: one item, if the collection has any."""
    assert shape.element is not None
    assert shape.parts_of is not None
    made = []
    for position, one in enumerate(items):
        prefix = f"{owner.prefix}{key}.{position}."
        part = Message(
            shape.element, one, owner.collection, owner.index, prefix, key, owner.is_fixed
        )
        made.append(part)
    count = _size(machine, leaf_at(shape.parts_of, -1, "#", owner.is_fixed), key)
    return SizedList(made, machine.make("any of", _any_of, (count,), f"len({key})"))


def _any_of(count: int) -> int:
    return min(count, 1)


def _inner(shape: Shape, owner: Message, key: str) -> Message:
    found = owner.record.get(key)
    if shape.collection is not None:
        return Message(shape, found, shape.collection, 0, "", key, owner.is_fixed)
    prefix = f"{owner.prefix}{key}."
    return Message(shape, found, owner.collection, owner.index, prefix, key, owner.is_fixed)


def _size(machine: Machine, place: Leaf, name: str) -> Expression:
    return leaf(machine, place, 0, f"len({name})").expression


def _list(
    machine: Machine, shape: Shape, owner: Message, key: str, path: str, found: Any
) -> list[Any]:
    element = shape.element
    assert element is not None
    items = found if isinstance(found, (list, tuple)) else []
    if shape.parts_of is not None:
        return _parts(machine, shape, owner, key, items)
    if shape.collection is not None:
        place = leaf_at(shape.collection, -1, "#", owner.is_fixed)
        made = [
            Message(element, one, shape.collection, position, "", key, owner.is_fixed)
            for position, one in enumerate(items)
        ]
        return SizedList(made, _size(machine, place, key))
    if shape.count is not None:
        items = [*items, *({} for _ in range(shape.count))][: max(shape.count, len(items))]
    made = [
        Message(
            element,
            one,
            owner.collection,
            owner.index,
            f"{path}.{position}.",
            key,
            owner.is_fixed,
        )
        for position, one in enumerate(items)
    ]
    if shape.count is not None:
        return made
    place = leaf_at(owner.collection, owner.index, f"{path}.#", owner.is_fixed)
    return SizedList(made, _size(machine, place, key))


def _scalar(
    machine: Machine, spec: FieldSpec, owner: Message, path: str, found: Any, *, as_number: bool
) -> Any:
    value = found
    if value is None:
        value = spec.default
    if value is None:
        value = {FieldKind.NUMBER: 0.0, FieldKind.ENUM: (spec.values or ("",))[0]}.get(
            spec.kind, ""
        )
    name = path.rsplit(".", 1)[-1]
    place = leaf_at(owner.collection, owner.index, path, owner.is_fixed)
    made = leaf(machine, place, value, name)
    if spec.kind is not FieldKind.ENUM:
        return made
    if spec.values == ("false", "true"):
        is_true = value in (True, "true", "True")
        expression = machine.make("is true", _is_true, (made.expression,), name)
        return Tainted(is_true, expression)
    if not as_number:
        return made
    names = spec.values
    expression = machine.make(
        f"enum {' '.join(names)}",
        lambda one: enum_number(str(one), names),
        (made.expression,),
        name,
    )
    return Tainted(enum_number(str(value), names), expression)


def _is_true(value: Any) -> bool:
    return value in (True, "true", "True")


def as_message(api: str, answer: Mapping[str, Any], extra: tuple[str, ...] = ()) -> Message:
    """Return an answer as a client library's message.

    ``extra`` are further APIs whose results the same answer holds.
    """
    shape = answer_shape(api)
    if extra:
        merged = Shape(fields=dict(shape.fields))
        for one in extra:
            merged.fields.update(answer_shape(one).fields)
        shape = merged
    name = api.rsplit(".", 1)[-1]
    return Message(shape, answer, "", -1, "", name, isinstance(answer, FixedAnswer))


def as_dictionary(
    machine: Machine, message: Message, *, keeps_empty: bool, is_snake: bool = False
) -> Any:
    """Return a message as a dictionary.

    Args:
        machine: the run.
        message: the answer or a part of it.
        keeps_empty: whether empty lists are there (Amazon) or left out (Google).
        is_snake: whether keys are protobuf names instead of JSON names.
    """

    def fill() -> tuple[dict[str, Any], dict[str, Expression], dict[str, str | None]]:
        return _filled(machine, message, keeps_empty=keeps_empty, is_snake=is_snake)

    keys = message.shape.keys(keeps_empty=keeps_empty, is_snake=is_snake)

    def pick(name: str) -> Any:
        if is_map(message.prefix):
            return MISSING
        key = keys.lists.get(name)
        if key is not None:
            message.look(machine, key)  # how long it is may decide what the run does
            return _as_list(machine, message, key, keeps_empty=keeps_empty, is_snake=is_snake)[0]
        key = keys.always.get(name)
        if key is None:
            return MISSING
        shape = message.shape.fields[key]
        if shape.spec is None:
            part = _inner(shape, message, key)
            return as_dictionary(machine, part, keeps_empty=keeps_empty, is_snake=is_snake)
        path, found = f"{message.prefix}{key}", message.record.get(key)
        return _scalar(machine, shape.spec, message, path, found, as_number=False)

    source = Source(machine, message.record, message.place, fill, pick, keys.parts)
    return AnswerDict({}, {}, source)


def _as_list(
    machine: Machine, message: Message, key: str, *, keeps_empty: bool, is_snake: bool
) -> tuple[list[Any], Expression | None]:
    """Return a list of an answer with dictionaries in it, and its length if that may vary."""
    shape = message.shape.fields[key]
    path, found = f"{message.prefix}{key}", message.record.get(key)
    items = (
        _joined(shape, message, key)
        if shape.is_joined
        else _list(machine, shape, message, key, path, found)
    )
    inner = [
        as_dictionary(machine, one, keeps_empty=keeps_empty, is_snake=is_snake) for one in items
    ]
    if isinstance(items, SizedList):
        return SizedList(inner, items.size), items.size
    return inner, None


def _filled(
    machine: Machine, message: Message, *, keeps_empty: bool, is_snake: bool
) -> tuple[dict[str, Any], dict[str, Expression], dict[str, str | None]]:
    """Return the items of a dictionary, the lengths of its lists, and the names of its keys."""
    made: dict[str, Any] = {}
    sizes: dict[str, Expression] = {}
    names: dict[str, str | None] = {}
    for key, shape in message.shape.fields.items():
        name = to_snake(key) if is_snake else key
        names[name] = key
        found = message.record.get(key)
        path = f"{message.prefix}{key}"
        if shape.is_list:
            inner, size = _as_list(
                machine, message, key, keeps_empty=keeps_empty, is_snake=is_snake
            )
            if inner or keeps_empty:
                made[name] = inner
            if size is not None and not keeps_empty:
                sizes[name] = size
        elif shape.spec is not None:
            if found is None and shape.spec.default is None and not keeps_empty:
                continue
            if is_map(message.prefix):
                sizes[name], value = map_item(machine, message.place, key, found)
                if found:
                    made[name] = value
                continue
            if keeps_empty or shape.spec.default is not None:
                names[name] = None
            made[name] = _scalar(machine, shape.spec, message, path, found, as_number=False)
        elif found is not None or shape.has_values:
            if shape.has_values:
                names[name] = None
            part = _inner(shape, message, key)
            made[name] = as_dictionary(machine, part, keeps_empty=keeps_empty, is_snake=is_snake)
    for key, one in message.record.items():
        if is_map(message.prefix):
            break  # see AnswerDict: asked for one by one
        if key not in message.shape.fields and isinstance(one, (str, int, float)):
            made[key] = Unknown(f"answer[{key!r}]", is_tainted=True)
    return made, sizes, names
