"""The one family of exceptions that users meet.

Every error says what was being done, what came, what was expected and what to
do next, and carries the exit code that the command line documents. A leaf also
derives from the natural builtin, so that ``except ValueError`` keeps working.
"""

from __future__ import annotations

from typing import ClassVar, Final

__all__ = [
    "AnswerError",
    "ChameleonError",
    "DataError",
    "InputError",
    "LanguageError",
    "MissingPackageError",
    "ModelError",
    "NothingFoundError",
    "RecordError",
    "ServingError",
    "SourceError",
    "UnknownNameError",
    "UnsupportedError",
    "UsageError",
]


class ChameleonError(Exception):
    """Base of all errors that this package raises on purpose.

    Attributes:
        exit_code: the status with which ``chameleon`` ends on this error.
        hint: what to do next, one sentence, or the empty string.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(ChameleonError, ValueError):
    """An argument or a setting is wrong."""

    exit_code = 2


_MOST_NAMES: Final = 50


class UnknownNameError(UsageError):
    """A name is not in its registry; the message lists what is known."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        shown = ", ".join(sorted(known)[:_MOST_NAMES]) or "none"
        if len(known) > _MOST_NAMES:
            shown += f" and {len(known) - _MOST_NAMES} others"
        super().__init__(f"unknown {kind} {name!r}.", hint=f"Known: {shown}.")
        self.kind = kind
        self.name = name
        self.known = known


class NothingFoundError(ChameleonError, LookupError):
    """The source was read, and holds no call to a known ML API, or none that decides."""

    exit_code = 3


class UnsupportedError(ChameleonError):
    """The analysis gave up: this is not the same as finding nothing."""

    exit_code = 4


class SourceError(ChameleonError, ValueError):
    """Application source that cannot be read or parsed.

    ``line`` and ``column`` are one-based; zero means that the place is unknown. ``problem`` is
    the message without the place.
    """

    exit_code = 5

    def __init__(
        self, message: str, *, file: str, line: int = 0, column: int = 0, hint: str = ""
    ) -> None:
        place = file + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        super().__init__(f"{place}: {message}", hint=hint)
        self.problem = message
        self.file = file
        self.line = line
        self.column = column


class RecordError(ChameleonError, ValueError):
    """A saved record (decision.json, manifest.json, ...) is malformed or of another version."""

    exit_code = 6


class AnswerError(RecordError):
    """An API answer does not have the provider's form."""


class DataError(ChameleonError, ValueError):
    """Training or evaluation data cannot be used as it is."""

    exit_code = 7


class InputError(DataError):
    """One input (a picture, a text) cannot be read; its neighbours are unaffected."""


class LanguageError(InputError):
    """A text is in a language that the model does not know; its neighbours are unaffected."""


class ModelError(ChameleonError, RuntimeError):
    """A model is missing, damaged, or does not fit the request."""

    exit_code = 8


class MissingPackageError(ChameleonError, ImportError):
    """An optional package is not installed; the hint holds the command that installs it."""

    exit_code = 9

    def __init__(self, package: str, *, needed_for: str, install: str) -> None:
        super().__init__(
            f"the package {package!r} is needed for {needed_for} and is not installed.",
            hint=f"Install it with: {install}",
        )
        self.package = package


class ServingError(ChameleonError, RuntimeError):
    """The server or the launcher cannot start or go on (a port in use, no free socket, ...)."""

    exit_code = 10
