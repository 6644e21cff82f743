"""Values of answers as a form of AWS writes them, by their shapes in a service model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

from chameleonapi.serving.wire.aws_forms import AwsForm

__all__ = ["Writing"]

_Write = Callable[[Any], Any]


@final
class Writing:
    """Writers for shapes, made when they are first needed.

    Nearly everything stands in an answer as it is: only blobs are written in the way of the
    form, and whole numbers as floats where the model says so. What holds neither is not looked
    at again.

    Args:
        form: in which blobs are written.
    """

    def __init__(self, form: AwsForm) -> None:
        self._form = form
        self._writers: dict[str, _Write | None] = {}

    def written(self, shape: Any, value: Any) -> Any:
        """Return a value that fits a shape as it is to be written; ``value`` stays as it is."""
        write = self._writer(shape)
        return value if write is None else write(value)

    def _writer(self, shape: Any) -> _Write | None:
        if shape.name not in self._writers:
            # A shape may hold itself: until its writer is made, it is looked up each time.
            self._writers[shape.name] = lambda value: self.written(shape, value)
            self._writers[shape.name] = self._made(shape)
        return self._writers[shape.name]

    def _made(self, shape: Any) -> _Write | None:
        kind = shape.type_name
        if kind == "blob":
            return self._form.write_blob
        if kind in {"float", "double"}:
            return float
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            member = self._writer(shape.member)
            return None if member is None else lambda value: [member(one) for one in value]
        if kind == "map":
            inner = self._writer(shape.value)
            if inner is None:
                return None
            return lambda value: {name: inner(one) for name, one in value.items()}
        return None

    def _structure(self, shape: Any) -> _Write | None:
        found = {name: self._writer(one) for name, one in shape.members.items()}
        writers = {name: one for name, one in found.items() if one is not None}
        if not writers:
            return None

        def write(value: Any) -> Any:
            written = dict(value)
            for name, one in value.items():
                if name in writers:
                    written[name] = writers[name](one)
            return written

        return write
