"""Comments that silence warnings: ``# chameleon: ignore[code]`` and ``ignore-file[code]``."""

from __future__ import annotations

import fnmatch
import functools
import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.decision import Notice

__all__ = ["Silencer"]

_MARK: Final = re.compile(r"#\s*chameleon:\s*(ignore-file|ignore)(?:\[([^\]]*)\])?")
_EVERY: Final = "*"


@dataclass
class _Marks:
    whole: set[str] = field(default_factory=set)
    lines: dict[int, set[str]] = field(default_factory=dict)


@final
class Silencer:
    """Tells which warnings the source, or the user, does not want to see.

    Args:
        sources: the parsed files.
        codes: that are silenced everywhere.
        per_file: codes that are silenced in files, by a pattern of their names.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        codes: Iterable[str] = (),
        per_file: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._sources = sources
        self._per_file = {name: frozenset(some) for name, some in (per_file or {}).items()}
        self._codes = frozenset(codes)
        self._marks = functools.cache(self._read)

    def kept(self, notices: Iterable[Notice]) -> tuple[Notice, ...]:
        """Return the warnings that are not silenced."""
        return tuple(one for one in notices if not self._is_silenced(one))

    def _is_silenced(self, notice: Notice) -> bool:
        if notice.code in self._codes:
            return True
        for pattern, codes in self._per_file.items():
            if {notice.code, _EVERY} & codes and fnmatch.fnmatchcase(notice.span.file, pattern):
                return True
        marks = self._marks(notice.span.file)
        last = max(notice.span.line, notice.span.end_line)
        near = [marks.lines.get(n, set()) for n in range(notice.span.line, last + 1)]
        return any({notice.code, _EVERY} & one for one in (marks.whole, *near))

    def _read(self, file: str) -> _Marks:
        made = _Marks()
        source = self._sources.get(file)
        if source is None or "chameleon:" not in source.text:
            return made
        for line, text, is_alone in _comments(source.text):
            for found in _MARK.finditer(text):
                codes = {one.strip() for one in (found.group(2) or _EVERY).split(",")}
                if found.group(1) == "ignore-file":
                    made.whole |= codes
                else:
                    # a comment on a line of its own speaks of the line below it
                    made.lines.setdefault(line + is_alone, set()).update(codes)
        return made


def _comments(text: str) -> list[tuple[int, str, bool]]:
    """Return line, text and whether it stands alone, of each comment up to a broken token."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                is_alone = not token.line[: token.start[1]].strip()
                found.append((token.start[0], token.string, is_alone))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
