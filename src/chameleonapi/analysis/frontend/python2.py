"""Safe repairs of Python 2 sources: word by word, keeping every line where it is.

Only constructs whose meaning is beyond doubt are rewritten, never within strings and comments;
the result must parse, else the file is reported as it stands. What can be said in a syntax tree
only (parameters that are unpacked, integer division) is in ``python2_meaning``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from chameleonapi.analysis.frontend.lexing import Word, logical_lines, significant

__all__ = ["Repaired", "repair"]

_COMPOUND: Final = frozenset(
    ["if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class"]
)
_FOLLOWS_ASYNC: Final = frozenset({"def", "for", "with"})
# ``'C:\Users'``: a text of Python 2 knows no letters by number or name.
_NO_ESCAPE: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\(?=U(?![0-9a-fA-F]{8})|u(?![0-9a-fA-F]{4})|N(?!\{))"
)
_ESCAPE: Final = re.compile(r"\\(?![uU][0-9a-fA-F]{4})")


class Repaired(NamedTuple):
    """What became of a text.

    Attributes:
        done: what was repaired, in words.
        unpacked: what stood, in the source, for names that were put there: a tuple of names each.
        is_python_2: whether it is Python 2 beyond doubt, and not of an early Python 3.
    """

    text: str
    done: str
    unpacked: dict[str, str]
    is_python_2: bool


@dataclass
class _Notes:
    done: dict[str, None] = field(default_factory=dict)
    unpacked: dict[str, str] = field(default_factory=dict)
    prefix: str = "_unpacked_"
    prints: bool = True

    def add(self, what: str) -> None:
        self.done.setdefault(what)

    def unpack(self, target: str) -> str:
        name = f"{self.prefix}{len(self.unpacked) + 1}"
        self.unpacked[name] = target
        return name


def repair(text: str) -> Repaired | None:
    """Return the repaired text and what was done, or None if there is nothing to do."""
    notes = _Notes(prints=not re.search(r"\bprint_function\b", text))
    while notes.prefix in text:
        notes.prefix = f"_{notes.prefix}"
    lines = logical_lines(text)
    _tabs(lines, notes)
    repaired = "".join("".join(one.text for one in _line(line, notes)) for line in lines)
    if not notes.done:
        return None
    is_old = bool(set(notes.done) - {"names that are keywords now"})
    return Repaired(repaired, ", ".join(notes.done), notes.unpacked, is_old)


def _tabs(lines: Sequence[list[Word]], notes: _Notes) -> None:
    """Write indentation with spaces where some lines have tabs and others spaces."""
    indents = [
        line[0]
        for line in lines
        if len(line) > 1 and line[0].kind == "space" and line[1].kind not in {"newline", "comment"}
    ]
    if {letter for one in indents for letter in one.text} >= {" ", "\t"}:
        notes.add("tabs")
        for one in indents:
            one.text = one.text.expandtabs(8)


def _line(line: list[Word], notes: _Notes) -> list[Word]:
    _single_words(line, notes)
    _parameters(line, notes)
    made: list[Word] = []
    statement: list[Word] = []
    is_header = False
    lambdas = 0
    for word in line:
        is_end = word.kind in {"newline", "comment"} or (word.text == ";" and word.depth == 0)
        if word.kind == "name" and not significant(statement):
            is_header, lambdas = word.text in _COMPOUND, 0
        elif word.kind == "name" and word.text == "lambda" and word.depth == 0:
            lambdas += 1
        elif word.text == ":" and word.depth == 0 and is_header:
            if not lambdas:
                is_end = True
            lambdas = max(0, lambdas - 1)
        if is_end:
            made += [*_statement(statement, notes), word]
            statement, is_header = [], False
        else:
            statement.append(word)
    return [*made, *_statement(statement, notes)]


def _single_words(line: list[Word], notes: _Notes) -> None:
    places = significant(line)
    opened: Word | None = None
    for rank, place in enumerate(places):
        word = line[place]
        if word.kind == "number":
            _number(word, notes)
        elif word.kind == "string" and word.text[:2].lower() == "ur":
            body = word.text[2:]
            if re.search(r"\\[uU][0-9a-fA-F]{4}", body):
                word.text = _ESCAPE.sub(r"\\\\", body)
            else:
                word.text = f"r{body}"
            notes.add("ur strings")
        elif word.kind == "string" and word.text[0] in "'\"" and _NO_ESCAPE.search(word.text):
            word.text = _NO_ESCAPE.sub(r"\1\\\\", word.text)
            notes.add("backslashes in texts")
        elif word.text == "<>":
            word.text = "!="
            notes.add("<> operators")
        elif word.text == "`":
            notes.add("backticks")
            if opened is None:
                word.text, opened = "repr(", word
            else:
                word.text, opened = ")" * opened.text.count("("), None
        elif opened is not None and word.text == "," and word.depth == opened.depth:
            opened.text = "repr(("  # of a tuple
        elif word.text == "async":
            after = line[places[rank + 1]].text if rank + 1 < len(places) else ""
            if after not in _FOLLOWS_ASYNC:
                word.text = "async_"
                notes.add("names that are keywords now")


def _number(word: Word, notes: _Notes) -> None:
    text = word.text
    if text[-1] in "lL":
        text = text[:-1]
        notes.add("long integers")
    if re.fullmatch(r"0[0-7]+", text) and text.strip("0"):
        text = f"0o{text[1:]}"
        notes.add("octal numbers")
    word.text = text


def _parameters(line: list[Word], notes: _Notes) -> None:
    """Give parameters that are unpacked a name: ``def f(a, (b, c))`` and ``lambda (k, v): k``."""
    for place, word in enumerate(line):
        if word.kind != "name" or word.text not in {"def", "lambda"}:
            continue
        depth = word.depth
        if word.text == "def":
            start = next((i for i in range(place, len(line)) if line[i].text == "("), len(line))
            inner = depth + 1
            ends = (")",)
        else:
            start, inner, ends = place, depth, (":",)
        is_first = True
        at = start + 1
        while at < len(line):
            one = line[at]
            if one.depth <= inner and one.text in ends and (ends != (")",) or one.depth == depth):
                break
            if one.text == "(" and one.depth == inner and is_first:
                at = _unpacked(line, at, notes)
            elif one.text == "," and one.depth == inner:
                is_first = True
            elif one.kind not in {"space", "comment"}:
                is_first = False
            at += 1


def _unpacked(line: list[Word], start: int, notes: _Notes) -> int:
    """Replace a parameter in brackets by a name; return the place of its end."""
    depth = line[start].depth
    end = start
    while end < len(line) and not (line[end].text == ")" and line[end].depth == depth):
        end += 1
    inside = line[start : end + 1]
    words = [one for one in inside if one.kind in {"name", "operator"}]
    plain = "".join(one.text for one in words)
    # lambda (x): x has one plain parameter
    kept = notes.unpack(plain) if "," in plain else plain.strip("()")
    notes.add("parameters that are unpacked")
    breaks = "".join("\n" * one.text.count("\n") for one in inside)  # lines stay where they are
    inside[0].kind, inside[0].text = "name", kept
    for one in inside[1:]:
        one.kind, one.text = "space", ""
    inside[-1].text = breaks
    return end


def _statement(words: list[Word], notes: _Notes) -> list[Word]:
    places = significant(words)
    if not places:
        return words
    first = words[places[0]]
    if first.kind != "name":
        return words
    if first.text == "print" and notes.prints:
        return _print(words, places, notes)
    if first.text == "exec":
        return _exec(words, places, notes)
    if first.text == "raise":
        return _raise(words, places, notes)
    if first.text == "except":
        return _except(words, places, notes)
    return words


def _is_call(words: list[Word], places: list[int]) -> bool:
    """Return whether a statement is its first name, called, and nothing else."""
    second, last = words[places[1]], words[places[-1]]
    closing = [i for i in places if words[i].text == ")" and words[i].depth == second.depth]
    return second.text == "(" and last.text == ")" and closing[:1] == places[-1:]


def _commas(words: list[Word], start: int) -> list[int]:
    depth = words[start].depth if words else 0
    return [i for i in range(start, len(words)) if words[i].text == "," and words[i].depth == depth]


def _text(words: Sequence[Word]) -> str:
    return "".join(one.text for one in words)


def _wrapped(words: list[Word], first: int, start: int, end: int, tail: str) -> list[Word]:
    """Return ``name(words from start to end, and a tail)``."""
    inside = [*words[start:end]]
    return [*words[: first + 1], Word("operator", "("), *inside, Word("operator", f"{tail})")]


def _print(words: list[Word], places: list[int], notes: _Notes) -> list[Word]:
    first, last = places[0], places[-1]
    after = words[last + 1 :]
    if len(places) == 1:
        notes.add("print statements")
        return [*words[:first], Word("name", "print()"), *words[first + 1 :]]
    second = words[places[1]]
    if _is_call(words, places) or second.text in {"=", ".", ",", ":"}:
        return words
    if second.kind == "operator" and second.text.endswith("=") and second.text != "==":
        return words
    if second.text == "(" and _chains(words, places):
        return words
    notes.add("print statements")
    tail, start, end = "", places[1], last + 1
    commas = _commas(words, start)
    if commas and commas[-1] == last:
        tail, end = ", end=' '", last
        commas.pop()
    if second.text == ">>":
        stop = commas[0] if commas else end
        tail += f", file={_text(words[start + 1 : stop]).strip()}"
        start = stop + 1 if commas else end
        while start < end and words[start].kind == "space":
            start += 1
        if start >= end:
            tail = tail.removeprefix(", ")
    return [*_wrapped(words, first, start, end, tail), *after]


def _chains(words: list[Word], places: list[int]) -> bool:
    """Return whether ``print(...)`` is called in a condition, as Python 3 allows."""
    depth = words[places[1]].depth
    close = next((i for i in places[2:] if words[i].text == ")" and words[i].depth == depth), None)
    after = next((i for i in places if close is not None and i > close), None)
    return after is not None and words[after].text in {"if", "and", "or"}


def _exec(words: list[Word], places: list[int], notes: _Notes) -> list[Word]:
    if len(places) == 1 or _is_call(words, places):
        return words
    second = words[places[1]]
    if second.text in {".", "="} or (second.text == "(" and words[places[-1]].text == ")"):
        return words
    notes.add("exec statements")
    for i in places[1:]:
        if words[i].kind == "name" and words[i].text == "in" and words[i].depth == second.depth:
            words[i].text = ","
            break
    start, end = places[1], places[-1] + 1
    return [*_wrapped(words, places[0], start, end, ""), *words[end:]]


def _raise(words: list[Word], places: list[int], notes: _Notes) -> list[Word]:
    if len(places) == 1:
        return words
    start = places[1]
    commas = _commas(words, start)
    if not commas:
        return words
    notes.add("raise statements")
    end = places[-1] + 1
    value = words[commas[0] + 1 : commas[1] if len(commas) > 1 else end]
    while value and value[0].kind == "space":
        value.pop(0)
    if len(value) == 1 and value[0].text == "None":
        value = []
    is_tuple = bool(value) and value[0].text == "(" and value[-1].text == ")"
    is_tuple = is_tuple and any(one.text == "," and one.depth == 1 for one in value)
    return [
        *words[: commas[0]],
        Word("operator", "(*" if is_tuple else "("),
        *value,
        Word("operator", ")"),
        *words[end:],
    ]


def _except(words: list[Word], places: list[int], notes: _Notes) -> list[Word]:
    if len(places) == 1:
        return words
    commas = _commas(words, places[1])
    if not commas:
        return words
    notes.add("except clauses")
    place = commas[0]
    target = words[place + 1 :]
    plain = _text(target).strip()
    if plain.isidentifier():
        return [*words[:place], Word("name", " as"), *target]
    return [*words[:place], Word("name", f" as {notes.unpack(plain)}")]
