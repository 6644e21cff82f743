"""The shape of each API's answer as a tree, made from the API's spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from chameleonapi.apis import FieldKind, FieldSpec, get_api

__all__ = ["Keys", "Shape", "answer_shape", "to_camel", "to_snake"]


@dataclass(slots=True)
class Shape:
    """A message, a list or a value in an answer.

    Attributes:
        fields: parts of a message, by their JSON names.
        element: what a list holds.
        collection: for a list that is a collection of the spec, or an object that stands for
            one, its path.
        spec: for a value, its field.
        count: for a list of fixed length.
        parts_of: for a list on the way to a collection that is spread over many lists, its path.
        is_joined: for a list whose texts are one field.
    """

    fields: dict[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    collection: str | None = None
    spec: FieldSpec | None = None
    count: int | None = None
    parts_of: str | None = None
    is_joined: bool = False
    _has_values: bool | None = None
    _keys: dict[tuple[bool, bool], Keys] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return self.element is not None

    @property
    def has_values(self) -> bool:
        """Whether a value stands somewhere in a message."""
        if self._has_values is None:
            self._has_values = any(
                one.spec is not None or one.has_values for one in self.fields.values()
            )
        return self._has_values

    @property
    def may_be_unset(self) -> bool:
        """Whether a message holds nothing but lists, texts and messages of these."""
        return all(
            one.is_list
            or (one.may_be_unset if one.spec is None else one.spec.kind is FieldKind.TEXT)
            for one in self.fields.values()
        )

    def keys(self, *, keeps_empty: bool, is_snake: bool) -> Keys:
        """Return how a dictionary names the parts of this message.

        Args:
            keeps_empty: whether what is empty is there.
            is_snake: whether keys are protobuf names instead of JSON names.
        """
        found = self._keys.get((keeps_empty, is_snake))
        if found is None:
            names = {key: to_snake(key) if is_snake else key for key in self.fields}
            found = self._keys[keeps_empty, is_snake] = Keys(
                frozenset(
                    names[key] for key, one in self.fields.items() if one.parts_of is not None
                ),
                {
                    names[key]: key
                    for key, one in self.fields.items()
                    if not one.is_list
                    and (
                        one.has_values
                        if one.spec is None
                        else keeps_empty or one.spec.default is not None
                    )
                },
                {
                    names[key]: key
                    for key, one in self.fields.items()
                    if keeps_empty and one.is_list and one.parts_of is None and not one.is_joined
                },
            )
        return found


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of a dictionary that shows a message.

    Attributes:
        parts: those of lists on the way to a collection that is spread over many lists.
        always: the JSON names of what is there whatever the answer says, by key; but for lists.
        lists: the JSON names of lists that are there whatever the answer says, by key.
    """

    parts: frozenset[str]
    always: dict[str, str]
    lists: dict[str, str]


# Collections of a spec that are one object, not a list.
_OBJECTS = frozenset({"safeSearchAnnotation"})


@cache
def answer_shape(api: str) -> Shape:
    """Return the shape of the answer of an API."""
    spec = get_api(api)
    root = Shape()
    for one in spec.answer_fields:
        _place(root, one.path.split("."), one)
    for collection in spec.collections:
        inner = Shape()
        for one in collection.fields:
            _place(inner, one.path.split("."), one)
        if not collection.path:
            for name, shape in inner.fields.items():
                root.fields[name] = shape
            continue
        keys = collection.path.split(".")
        here = root
        for key in keys[:-1]:
            if key == "*":
                here.parts_of = collection.path
                here.element = here.element or Shape()
                here = here.element
            else:
                here = here.fields.setdefault(key, Shape())
        if collection.path in _OBJECTS:
            inner.collection = collection.path
            here.fields[keys[-1]] = inner
        else:
            here.fields[keys[-1]] = Shape(element=inner, collection=collection.path)
    return root


def _place(here: Shape, keys: list[str], spec: FieldSpec) -> None:
    key, rest = keys[0], keys[1:]
    if not rest:
        here.fields[key] = Shape(spec=spec)
        return
    inner = here.fields.setdefault(key, Shape())
    if rest[0] in {"#", "*", "&"} or rest[0].isdigit():
        inner.is_joined = inner.is_joined or rest[0] == "&"
        if inner.element is None:
            inner.element = Shape()
        if rest[0].isdigit() and key != "Emotions":
            inner.count = max(inner.count or 0, int(rest[0]) + 1)
        if len(rest) > 1:
            _place(inner.element, rest[1:], spec)
        return
    _place(inner, rest, spec)


@cache
def to_camel(name: str) -> str:
    """Return the JSON name of a protobuf field."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(one[:1].upper() + one[1:] for one in rest)


@cache
def to_snake(name: str) -> str:
    """Return the protobuf name of a JSON field."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
