"""Safe repairs of Python 2 sources: line by line, keeping every line where it is.

Only constructs whose meaning is beyond doubt are rewritten; the result must parse, else the
file is reported as it stands.
"""

from __future__ import annotations

import re

__all__ = ["repair"]

_EXCEPT = re.compile(r"^(\s*except\s+[^:]+?)\s*,\s*([A-Za-z_]\w*)\s*:", re.MULTILINE)
_RAISE = re.compile(r"^(\s*raise\s+[A-Za-z_][\w.]*)\s*,\s*([^\n]+)$", re.MULTILINE)
_EXEC = re.compile(r"^(\s*)exec\s+(?!\()(.+)$", re.MULTILINE)
_OCTAL = re.compile(r"(?<![\w.])0(\d+)(?![\w.])")
_LONG = re.compile(r"(?<![\w.])(\d+)[lL]\b")
_UNICODE = re.compile(r"(?<![\w])[uU][rR](?=['\"])")
_NOT_EQUAL = re.compile(r"<>")
_BACKTICKS = re.compile(r"`([^`\n]+)`")


def repair(text: str) -> tuple[str, str] | None:
    """Return the repaired text and what was done, or None if there is nothing to do."""
    done: list[str] = []
    lines = text.split("\n")
    if any(line.startswith((" ", "\t")) and "\t" in line for line in lines):
        expanded = [_expand(line) for line in lines]
        if expanded != lines:
            lines = expanded
            done.append("tabs")
    lines = [_split_prints(line) for line in _joined(lines)]
    text = "\n".join(_print_line(line, done) for line in lines)
    for pattern, replacement, what in (
        (_EXCEPT, r"\1 as \2:", "except clauses"),
        (_RAISE, r"\1(\2)", "raise statements"),
        (_EXEC, r"\1exec(\2)", "exec statements"),
        (_NOT_EQUAL, "!=", "<> operators"),
        (_UNICODE, "r", "ur strings"),
        (_LONG, r"\1", "long integers"),
        (_OCTAL, r"0o\1", "octal numbers"),
        (_BACKTICKS, r"repr(\1)", "backticks"),
    ):
        changed = pattern.sub(replacement, text)
        if changed != text:
            text = changed
            done.append(what)
    return (text, ", ".join(dict.fromkeys(done))) if done else None


def _joined(lines: list[str]) -> list[str]:
    """Put a print statement that a backslash continues on one line; the others become empty."""
    made = list(lines)
    for position in range(len(made) - 1):
        if made[position].endswith("\\") and re.search(r"\bprint\b(?!\s*\()", made[position]):
            made[position + 1] = f"{made[position][:-1].rstrip()} {made[position + 1].strip()}"
            made[position] = ""
    return made


def _split_prints(line: str) -> str:
    """Write ``print x; more`` as ``print(x); more``, behind a colon too."""
    if ";" not in line or not re.search(r"\bprint\b(?!\s*\()", line) or line.count("#"):
        return line
    pieces, quote, start = [], "", 0
    for position, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote and line[position - 1] != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter == ";":
            pieces.append(line[start:position])
            start = position + 1
    pieces.append(line[start:])
    done: list[str] = []
    return ";".join(_print_line(one, done) for one in pieces)


def _expand(line: str) -> str:
    body = line.lstrip(" \t")
    indent = line[: len(line) - len(body)]
    return indent.expandtabs(8) + body


def _print_line(line: str, done: list[str]) -> str:
    match = re.match(r"^(\s*)print\b(?!\s*\()(?P<rest>.*)$", line)
    if match is None:
        match = re.match(
            r"^(\s*(?:if|else|elif|for|while|try|except|finally)\b[^#'\"]*:\s*)print\b(?!\s*\()(?P<rest>.*)$",
            line,
        )
    if match is None:
        # print ("a") % b and print ("a"), b are statements as well
        match = re.match(r"^(\s*)print(?P<rest>\s+\(.*\)\s*[,%+].*)$", line)
        if match is None:
            return line
    rest = match["rest"].strip()
    if rest.startswith(("=", ".")):
        return line
    done.append("print statements")
    tail = ""
    if rest.startswith(">>"):
        target, _, rest = rest[2:].partition(",")
        tail = f", file={target.strip()}"
        rest = rest.strip()
    comment = ""
    cut = _comment_start(rest)
    if cut >= 0:
        rest, comment = rest[:cut].rstrip(), "  " + rest[cut:]
    if rest.endswith(","):
        rest, tail = rest[:-1], tail + ", end=' '"
    inner = f"{rest}{tail}".lstrip(", ") if not rest else f"{rest}{tail}"
    return f"{match[1]}print({inner}){comment}"


def _comment_start(text: str) -> int:
    quote = ""
    for position, letter in enumerate(text):
        if quote:
            if letter == quote and text[position - 1] != "\\":
                quote = ""
        elif letter in "'\"":
            quote = letter
        elif letter == "#":
            return position
    return -1
