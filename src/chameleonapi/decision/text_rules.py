"""What is asked of a free text: a test that holds for every text, not for listed labels only."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

from chameleonapi.decision.patterns import is_quick, repeats
from chameleonapi.errors import AnswerError, RecordError

__all__ = [
    "KEPT_LETTERS",
    "PATTERN_CALLS",
    "TEXT_CALLS",
    "TextCall",
    "TextConstant",
    "TextRow",
    "TextRule",
    "TextTerm",
    "TheText",
    "describe_rule",
    "describe_term",
    "is_true",
]

_LONGEST: Final = 10_000_000
_SHOWN: Final = 3
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class TheText:
    """The text itself."""

    op: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class TextConstant:
    """A value that stands in the source; a list for several."""

    op: ClassVar[str] = "constant"
    value: str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TextCall:
    """One of ``TEXT_CALLS`` (or ``PATTERN_CALLS``), applied to its arguments."""

    op: ClassVar[str] = "call"
    name: str
    arguments: tuple[TextTerm, ...]

    def __post_init__(self) -> None:
        if self.name in PATTERN_CALLS:
            self._check_pattern()
        elif self.name not in TEXT_CALLS:
            known = ", ".join(sorted({*TEXT_CALLS, *PATTERN_CALLS}))
            raise RecordError(f"a text cannot be asked for {self.name!r}.", hint=f"Known: {known}.")

    def _check_pattern(self) -> None:
        given = [one.value for one in self.arguments[1:] if isinstance(one, TextConstant)]
        if len(given) != len(self.arguments) - 1 or [*map(type, given[:2])] != [str, int]:
            raise RecordError(
                f"{self.name!r} needs a text, a constant pattern and its flags.",
                hint="Check the file.",
            )
        try:
            repeats(str(given[0]), int(str(given[1])))
        except (re.error, ValueError, OverflowError, RecursionError) as error:
            raise RecordError(f"{given[0]!r} is no pattern: {error}.") from None


TextTerm: TypeAlias = TheText | TextConstant | TextCall


@dataclass(frozen=True, slots=True)
class TextRow:
    """Questions (by position in their rule) that hold, and others that do not."""

    holding: tuple[int, ...] = ()
    failing: tuple[int, ...] = ()


@dataclass(frozen=True)
class TextRule:
    """A text is accepted if all questions of some row come out as the row says.

    A question that cannot be answered, as the second word of a text of one word, does not hold.
    """

    questions: tuple[TextTerm, ...]
    rows: tuple[TextRow, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {})  # texts that were asked for, as they come again
        count = len(self.questions)
        for row in self.rows:
            if any(not 0 <= one < count for one in (*row.holding, *row.failing)):
                raise RecordError(
                    f"a rule has {count} questions, and a row asks for another.",
                    hint="Positions begin at 0.",
                )

    def __reduce__(self) -> tuple[Any, ...]:
        return TextRule, (self.questions, self.rows)  # what is remembered stays where it was

    def accepts(self, text: str) -> bool:
        """Return whether the text is accepted.

        Raises:
            AnswerError: if a pattern would take too long on it.
        """
        remembered: dict[str, bool] = self.__dict__["_known"]
        found = remembered.get(text)
        if found is None:
            if len(remembered) >= _REMEMBERED:
                remembered.clear()
            found = remembered[text] = self._accepts(text)
        return found

    def accepts_each(self, texts: Sequence[str]) -> list[bool]:
        """Return whether each of many texts is accepted; what came out is not remembered.

        Raises:
            AnswerError: if a pattern would take too long on one of them.
        """
        return [self._accepts(one) for one in texts]

    @functools.cached_property
    def _asked(self) -> tuple[Callable[[str], bool], ...]:
        return tuple(_question(one) for one in self.questions)

    def _accepts(self, text: str) -> bool:
        asked, known = self._asked, [None] * len(self.questions)

        def holds(at: int) -> bool:
            found: bool | None = known[at]
            if found is None:
                found = known[at] = asked[at](text)  # type: ignore[call-overload]
            return found

        for row in self.rows:
            for one in row.holding:
                if not holds(one):
                    break
            else:
                for one in row.failing:
                    if holds(one):
                        break
                else:
                    return True
        return False


def is_true(term: TextTerm, text: str) -> bool:
    """Return whether a question holds; one that cannot be answered does not.

    Raises:
        AnswerError: if a pattern would take too long on the text.
    """
    return _question(term)(text)


def evaluate(term: TextTerm, text: str) -> Any:
    """Return the value of a term on a text; raises what the operation raises."""
    return _value(term)(text)


def _question(term: TextTerm) -> Callable[[str], bool]:
    """Return what tells whether a question holds, for many texts."""
    value = _value(term)

    def holds(text: str) -> bool:
        try:
            return bool(value(text))
        except AnswerError:
            raise
        except Exception:  # noqa: BLE001 - as the application's own operation fails
            return False

    return holds


def _value(term: TextTerm) -> Callable[[str], Any]:
    """Return what computes a term, without looking at its form for each text again."""
    match term:
        case TheText():
            return _same
        case TextConstant(value):
            return lambda _text: value
        case TextCall(name, arguments):
            parts = [_value(one) for one in arguments]
            if name in PATTERN_CALLS:
                return lambda text: _search(name, *(one(text) for one in parts))
            if name == "replace" and len(parts) > 2:
                return lambda text: _replace(*(one(text) for one in parts))
            call = TEXT_CALLS[name]
            match parts:
                case [only]:
                    return lambda text: call(only(text))
                case [first, second]:
                    return lambda text: call(first(text), second(text))
            return lambda text: call(*(one(text) for one in parts))


def _same(text: str) -> str:
    return text


def _replace(text: str, old: str, new: str, *count: int) -> str:
    _check_growth(text, old, new)
    return text.replace(old, new, *count)


def _check_growth(text: str, old: str, new: str) -> None:
    if (len(text) // max(1, len(old)) + 1) * len(new) > _LONGEST:
        raise AnswerError(
            "a text would grow beyond all measure.", hint="Pass a shorter text in the answer."
        )


def _search(name: str, text: Any, pattern: str, flags: int, *more: Any) -> Any:
    compiled = re.compile(pattern, flags)
    if not is_quick(compiled, text):
        raise AnswerError(
            f"the pattern {pattern!r} may take too long on a text of {len(text)} letters.",
            hint="Pass a shorter text in the answer.",
        )
    return PATTERN_CALLS[name](compiled, text, *more)


def _group(way: str) -> Callable[..., Any]:
    def found(pattern: re.Pattern[str], text: str, *groups: Any) -> Any:
        match = getattr(pattern, way)(text)
        return match.group(*groups)

    return found


def _is_in(item: Any, container: Any) -> bool:
    return item in container


def _slice(value: Any, start: Any, stop: Any, step: Any) -> Any:
    return value[start:stop:step]


def _concatenate(*parts: Any) -> str:
    return "".join(map(str, parts))


def _can(name: str) -> Callable[..., bool]:
    def succeeds(*arguments: Any) -> bool:
        try:
            TEXT_CALLS[name](*arguments)
        except Exception:  # noqa: BLE001 - that it fails is the answer
            return False
        return True

    return succeeds


_METHODS: Final = [
    "capitalize",
    "casefold",
    "count",
    "endswith",
    "find",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
]
_OPERATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "getitem": operator.getitem,
    "in": _is_in,
    "slice": _slice,
    "concat": _concatenate,
    "len": len,
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "any": lambda *tests: any(tests),
    "all": lambda *tests: all(tests),
    "not": operator.not_,
}
_INFIX: Final = frozenset({"+", "-", "==", "!=", "<", "<=", ">", ">=", "in"})
_OPPOSITES: Final = dict(
    zip(
        ("==", "!=", "<", ">=", ">", "<=", "in"),
        ("!=", "==", ">=", "<", "<=", ">", "not in"),
        strict=True,
    )
)
_JOINED: Final = {"any": "or", "all": "and"}
_PARTIAL: Final = ("index", "rindex", "getitem", "int", "float")

KEPT_LETTERS: Final = (
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "islower",
    "isnumeric",
    "isspace",
    "isupper",
)
"""Methods by which letters of a text are kept or dropped."""


def _letters(method: str, *, is_kept: bool) -> Callable[[str], str]:
    asked = getattr(str, method)
    return lambda text: "".join(one for one in text if asked(one) is is_kept)


TEXT_CALLS: Final[Mapping[str, Callable[..., Any]]] = {
    **{name: getattr(str, name) for name in _METHODS},
    **_OPERATORS,
    **{f"can {name}": _can(name) for name in _PARTIAL},
    **{f"keep {name}": _letters(name, is_kept=True) for name in KEPT_LETTERS},
    **{f"drop {name}": _letters(name, is_kept=False) for name in KEPT_LETTERS},
    "keep in": lambda text, letters: "".join(one for one in text if one in letters),
    "drop in": lambda text, letters: "".join(one for one in text if one not in letters),
}
"""What may be asked of a text and of what comes out of that, by name."""

PATTERN_CALLS: Final[Mapping[str, Callable[..., Any]]] = {
    "search": lambda pattern, text: pattern.search(text) is not None,
    "match": lambda pattern, text: pattern.match(text) is not None,
    "fullmatch": lambda pattern, text: pattern.fullmatch(text) is not None,
    "findall": re.Pattern.findall,
    "group of search": _group("search"),
    "group of match": _group("match"),
    "group of fullmatch": _group("fullmatch"),
}
"""The same by regular expression: (text, pattern, flags, ...)."""


# In words


def describe_rule(rule: TextRule) -> str:
    """Return the rule as a condition of the source."""
    rows = [_describe_row(rule, row) for row in _absorbed(rule.rows)[:_SHOWN]]
    rest = len(rule.rows) - len(rows)
    if rest:
        rows.append(f"{rest} more ways")
    return " or ".join(rows) or "no text"


def _absorbed(rows: tuple[TextRow, ...]) -> list[TextRow]:
    """Return rows without what an earlier row settles: ``a or (b and not a)`` is ``a or b``."""
    alone: set[int] = set()
    made = []
    for row in rows:
        failing = tuple(one for one in row.failing if one not in alone)
        made.append(TextRow(row.holding, failing))
        if len(row.holding) == 1 and not failing:
            alone.add(row.holding[0])
    return made


def _describe_row(rule: TextRule, row: TextRow) -> str:
    asked = [rule.questions[one] for one in row.holding]
    if any(map(_finds_something, asked)):
        asked = [one for one in asked if _filled(one) is None]
    parts = [describe_term(one) for one in asked]
    failing = [_denied(rule.questions[one]) for one in row.failing]
    parts += failing[:_SHOWN]
    if len(failing) > _SHOWN:
        parts.append(f"{len(failing) - _SHOWN} more such")
    return " and ".join(parts) or "any text"


def _denied(term: TextTerm) -> str:
    """Return that a question does not hold."""
    if _filled(term) is not None:
        return f"{describe_term(term).removesuffix(' is not empty')} is empty"
    if isinstance(term, TextCall) and term.name in _OPPOSITES:
        left, right = map(describe_term, term.arguments)
        return f"{left} {_OPPOSITES[term.name]} {right}"
    return f"not {describe_term(term)}"


def _filled(term: TextTerm) -> TextTerm | None:
    """Return of what a question asks no more than that it is not empty."""
    match term:
        case TextCall("bool", (inner,)) | TextCall("!=", (inner, TextConstant(""))):
            return inner
        case TextCall(">" | "!=", (TextCall("len", (inner,)), TextConstant(0))):
            return inner
        case _:
            return None


def _finds_something(term: TextTerm) -> bool:
    """Return whether a question holds for no empty text, and asks for more than that."""
    match term:
        case TextCall("in", (TextConstant(str() as wanted), _)):
            return bool(wanted)
        case TextCall("startswith" | "endswith", (_, TextConstant(str() as wanted))):
            return bool(wanted)
        case TextCall("==", (_, TextConstant(str() as wanted))):
            return bool(wanted)
        case _:
            return False


def describe_term(term: TextTerm) -> str:
    """Return a term as it would stand in a source."""
    filled = _filled(term)
    if filled is not None:
        return f"{describe_term(filled)} is not empty"
    match term:
        case TheText():
            return "the text"
        case TextConstant(value):
            return _describe_constant(value)
        case TextCall(name, arguments):
            parts = [describe_term(one) for one in arguments]
            if name in _INFIX:
                return f"{parts[0]} {name} {parts[1]}"
            if name in PATTERN_CALLS:
                return f"re.{name}({', '.join([parts[1], parts[0], *parts[3:]])})"
            if name == "getitem":
                return f"{parts[0]}[{parts[1]}]"
            if name == "slice":
                ends = ["" if one == "None" else one for one in parts[1:]]
                return f"{parts[0]}[{':'.join(ends[:2] if not ends[2] else ends)}]"
            if name == "concat":
                return " + ".join(parts)
            if name.startswith(("keep ", "drop ")):
                return _describe_letters(name, parts)
            if name in _JOINED:
                return _describe_joined(name, parts)
            if name == "not":
                return f"not {parts[0]}"
            if name in ("len", "int", "float", "str", "bool"):
                return f"{name}({parts[0]})"
            return f"{parts[0]}.{name}({', '.join(parts[1:])})"


def _describe_letters(name: str, parts: list[str]) -> str:
    way, _, method = name.partition(" ")
    test = f"one in {parts[1]}" if method == "in" else f"one.{method}()"
    return f"''.join(one for one in {parts[0]} if {'not ' if way == 'drop' else ''}{test})"


def _describe_joined(name: str, parts: list[str]) -> str:
    shown = f" {_JOINED[name]} ".join(parts[:_SHOWN])
    rest = len(parts) - _SHOWN
    return f"({shown} {_JOINED[name]} {rest} more such)" if rest > 0 else f"({shown})"


@functools.lru_cache(1024)
def _describe_constant(value: Any) -> str:
    shown = repr(list(value)) if isinstance(value, tuple) else repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
