"""Stand-ins for everything foreign: packages that are not here become inert objects."""

from __future__ import annotations

import enum
import types
from collections.abc import Iterator
from typing import Any

from chameleonapi.analysis.replay.inside.stage import STAGE

__all__ = ["ForeignBase", "ForeignError", "Ghost"]


class ForeignError(Exception):
    """What an exception class of a foreign package becomes; nothing ever raises it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, *([named] if named else []))
        self.__dict__.update(named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost(f"error.{name}")


class _ForeignType(type):
    """The type of classes with a foreign base: what they do not define, the base does."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost(f"{cls.__name__}.{name}")


class ForeignBase(metaclass=_ForeignType):
    """What a class derives from that names a foreign base."""

    def __init__(self, *_arguments: Any, **named: Any) -> None:
        self.__dict__.update(named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost(f"self.{name}")

    def start(self) -> None:
        """Run what a thread, a server or a worker runs."""
        run = getattr(type(self), "run", None)
        if callable(run):
            run(self)


class Ghost:
    """Anything foreign: it takes every use, does nothing, and its calls are effects.

    One that was made from data of the answer (``is_derived``) cannot know what the real thing
    would say; asking it is remembered, so that nobody takes the guess for a result.
    """

    def __init__(self, path: str = "unknown", *, is_derived: bool = False) -> None:
        self.__dict__["_path"] = path[-120:]
        self.__dict__["_derived"] = is_derived

    def _made(self, path: str) -> Ghost:
        return Ghost(path, is_derived=self._derived)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made: Any
        if name[:1].isupper() and name.endswith(("Error", "Exception", "Timeout")):
            made = type(name, (ForeignError,), {})
        else:
            made = self._made(f"{self._path}.{name}")
        self.__dict__[name] = made
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        STAGE.note("store", (name, value))
        self.__dict__[name] = value

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if len(arguments) == 1 and not named and _is_code(arguments[0]):
            return arguments[0]  # a decorator
        STAGE.note("call", (self._path, *arguments, named) if named else (self._path, *arguments))
        is_derived = self._derived or (
            STAGE.is_after and STAGE.shower.is_data([*arguments, *named.values()])
        )
        made = Ghost(f"{self._path}()", is_derived=is_derived)
        if self._path.rpartition(".")[2][:1].isupper():  # an object is made, no function is called
            made.__dict__.update(
                {key: one for key, one in named.items() if not key.startswith("_")}
            )
        return made

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        is_enumeration = self._path.rsplit(".", 1)[-1] in ("StrEnum", "Enum", "IntEnum")
        return (enum.Enum if is_enumeration else ForeignBase,)

    def _ask(self, other: object = None) -> bool:
        is_about_answer = self._derived or (STAGE.is_after and STAGE.shower.is_data(other))
        return STAGE.ask(self._path) if is_about_answer else STAGE.truth

    def __bool__(self) -> bool:
        return self._ask()

    def __eq__(self, other: object) -> bool:
        return self is other or (not isinstance(other, Ghost) and self._ask(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = object.__hash__

    def __lt__(self, other: object) -> bool:
        return self._ask(other)

    __gt__ = __le__ = __ge__ = __lt__

    def __contains__(self, item: object) -> bool:
        return self._ask(item)

    def __instancecheck__(self, one: object) -> bool:
        return isinstance(one, Ghost)

    def __subclasscheck__(self, one: object) -> bool:
        return one is ForeignBase

    def __iter__(self) -> Iterator[Any]:
        self._ask()
        return iter((self._made(f"{self._path}[0]"), self._made(f"{self._path}[1]")))

    def __len__(self) -> int:
        self._ask()
        return 1

    def __int__(self) -> int:
        self._ask()
        return 1

    __index__ = __int__

    def __float__(self) -> float:
        return float(int(self))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and key > 1:
            raise IndexError(key)
        return self._made(f"{self._path}[]")

    def __setitem__(self, key: Any, value: Any) -> None:
        STAGE.note("store", (self._path, key, value))

    def __delitem__(self, key: Any) -> None:
        STAGE.note("store", (self._path, key))

    def _combined(self, *_others: Any) -> Any:
        return self._made(self._path)

    def __add__(self, other: Any) -> Any:
        return f"{self}{other}" if self._is_text_beside(other) else self._made(self._path)

    def __radd__(self, other: Any) -> Any:
        return f"{other}{self}" if self._is_text_beside(other) else self._made(self._path)

    def _is_text_beside(self, other: object) -> bool:
        return isinstance(other, str) and not self._derived

    __sub__ = __rsub__ = __mul__ = __rmul__ = _combined
    __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __pow__ = __neg__ = _combined
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __invert__ = __abs__ = _combined
    __lshift__ = __rshift__ = __matmul__ = __round__ = _combined

    def __str__(self) -> str:
        return "text"

    def __format__(self, _spec: str) -> str:
        return "text"

    def __bytes__(self) -> bytes:
        return b"bytes"

    def __fspath__(self) -> str:
        return "text"

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let exceptions pass."""

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_error: object) -> bool:
        return False

    def __await__(self) -> Any:
        async def done() -> Any:
            return self

        return done().__await__()

    def __aiter__(self) -> Any:
        async def rows() -> Any:
            for one in self:
                yield one

        return rows()


def _is_code(value: Any) -> bool:
    return isinstance(value, (types.FunctionType, type))
