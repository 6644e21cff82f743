"""Import a source: one pass over its examples, each checked, translated and written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from chameleonapi.data.examples import Example
from chameleonapi.data.hierarchy import Parents, expand_ancestors
from chameleonapi.data.importers.findings import Findings
from chameleonapi.data.importers.locations import Locations
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.registry import detect
from chameleonapi.data.importers.report import ImportReport, LabelCount
from chameleonapi.data.importers.translating import translate
from chameleonapi.data.importers.writer import DatasetWriter
from chameleonapi.data.mapping import LabelMapper
from chameleonapi.data.pictures import MAX_BYTES, examine_picture, shrink_picture
from chameleonapi.errors import DataError, InputError, UsageError

__all__ = ["ImportSettings", "import_data"]

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How a source is read.

    Attributes:
        format: its format; detected if None.
        vocabulary: labels of the API; None keeps the names of the data.
        table: what the user says about labels.
        parents: a hierarchy besides the source's own, in the names of the data.
        closed: whether what a picture's labels do not name is absent; None leaves it to the
            format.
        locations: where the pictures of addresses lie.
        short_side: reduces pictures to this; None copies them as they are.
        keep_duplicates: whether pictures with the same content are all taken.
    """

    format: str | None = None
    vocabulary: Sequence[str] | None = None
    table: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parents: Parents = field(default_factory=dict)
    closed: bool | None = None
    locations: Locations = field(default_factory=Locations)
    short_side: int | None = None
    keep_duplicates: bool = False


def import_data(
    path: str | Path,
    output: str | Path | None,
    settings: ImportSettings | None = None,
    *,
    advance: Advance | None = None,
) -> ImportReport:
    """Read a source of any known format and write it as a dataset of ours.

    Args:
        path: a file or folder.
        output: the new folder; None writes nothing, and the report is the same.
        settings: how to read it.
        advance: told how many examples are done.

    Raises:
        DataError: if the source is in no known format, or nothing of it can be used.
        UsageError: if a setting makes no sense.
    """
    settings = settings or ImportSettings()
    if settings.short_side is not None and settings.short_side < 1:
        raise UsageError(f"a short side of {settings.short_side} pixels makes no picture.")
    found = detect(Path(path), settings.format)
    findings = Findings()
    source = Source(Path(path).resolve(), findings, settings.locations)
    if output is not None and Path(output).resolve().is_relative_to(source.root):
        raise UsageError(
            f"{output} lies inside {source.root}, which is read.", hint="Choose a folder beside it."
        )
    reading = found.reader.read(source)
    parents = {
        label: above
        for label, above in {**reading.parents, **settings.parents}.items()
        if all(map(_is_text, (label, *above)))
    }
    mapper = LabelMapper(settings.vocabulary, settings.table, parents)
    run = _Run(settings, findings, mapper, reading)
    with nullcontext() if output is None else DatasetWriter(Path(output)) as writer:
        for one in reading.examples:
            run.take(one, writer)
            if advance is not None:
                advance(run.taken)
        labels = run.finish()
        if not run.taken:
            shown = "; ".join(f"{one.count:,} {one.title}" for one in findings.all[:5])
            raise DataError(
                f"nothing of {path} can be used as {found.reader.title}: "
                f"{shown or 'it holds no pictures'}.",
                hint="The first reasons are: "
                + " | ".join(one.examples[0] for one in findings.all[:3])
                if findings.all
                else f"Known formats are in docs/data.md; {found.evidence}.",
            )
        digest = ""
        if writer is not None:
            digest = writer.finish(
                labels,
                {one: above for one, above in mapper.parents.items() if one in set(labels)},
                name=Path(output or path).name,
                attribution=reading.attribution,
                origin={"format": found.reader.name, "source": source.path.name},
            ).digest
    return ImportReport(
        found.reader.name,
        found.evidence,
        found.also,
        run.taken,
        dict(run.splits),
        run.boxes,
        {label: run.counts.get(label, LabelCount()) for label in labels},
        mapper.matches,
        findings.all,
        "" if output is None else str(output),
        digest,
    )


@dataclass(slots=True)
class _Run:
    """What is remembered of examples that were taken: some hundred bytes of each."""

    settings: ImportSettings
    findings: Findings
    mapper: LabelMapper
    reading: Reading
    taken: int = 0
    boxes: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    counts: dict[str, LabelCount] = field(default_factory=dict)
    ids: set[bytes] = field(default_factory=set)
    contents: dict[bytes, tuple[str, bytes]] = field(default_factory=dict)

    def take(self, one: Example, writer: DatasetWriter | None) -> None:
        """Check, translate and write one example, or say why not."""
        named = (one.id, one.group, *one.present, *one.absent, *(box.label for box in one.boxes))
        if not all(map(_is_text, named)):
            self.findings.add("bad-row", f"{one.id}: a name holds half a character")
            return
        key = hashlib.sha256(one.id.encode()).digest()[:16]
        if key in self.ids:
            self.findings.add("duplicate-id", one.id)
            return
        self.ids.add(key)
        if self.settings.closed is not None:
            one = replace(one, closed=self.settings.closed)
        translated = translate(one, self.mapper, self.findings)
        checked = None if translated is None else self._check(translated)
        if checked is None:
            return
        one, content = checked
        if writer is not None:
            writer.add(one, content, self.mapper.parents)
        self.taken += 1
        self.boxes += len(one.boxes)
        self.splits[one.split] += 1
        for label in expand_ancestors(one.present, self.mapper.parents):
            self.counts.setdefault(label, LabelCount()).seen(one.id)
        for label in one.absent:
            self.counts.setdefault(label, LabelCount()).absent += 1

    def _check(self, one: Example) -> tuple[Example, bytes] | None:
        try:
            content = _read(one)
            facts = examine_picture(content)
        except InputError as error:
            self.findings.add("unreadable-picture", f"{_name(one)}: {error.message}")
            return None
        if self._is_duplicate(one, content):
            return None
        if facts.is_animated:
            self.findings.add("animated-picture", _name(one))
        if facts.is_turned and one.boxes:
            self.findings.add("turned-picture", _name(one))
            one = replace(one, boxes=())
        if self.settings.short_side is not None:
            content = shrink_picture(content, self.settings.short_side)
        return one, content

    def _is_duplicate(self, one: Example, content: bytes) -> bool:
        key = hashlib.sha256(content).digest()[:16]
        said = repr((sorted(one.present), sorted(one.absent), one.closed)).encode()
        mine = (one.split, hashlib.sha256(said).digest()[:8])
        first = self.contents.setdefault(key, mine)
        if first is mine:
            return False
        split, labels = first
        if split != one.split:
            shown = f"{_name(one)} ({one.split or 'no split'}, before in {split or 'no split'})"
            self.findings.add("duplicate-across-splits", shown)
        elif labels != mine[1]:
            self.findings.add("duplicate-other-labels", _name(one))
        else:
            self.findings.add("duplicate", _name(one))
        return not self.settings.keep_duplicates

    def finish(self) -> tuple[str, ...]:
        """Return the label space: what the source speaks about, as far as it is mapped."""
        declared = (
            label
            for name in filter(_is_text, self.reading.labels)
            for label in self.mapper.match(name).labels
        )
        space = expand_ancestors(dict.fromkeys((*declared, *self.counts)), self.mapper.parents)
        for label in sorted(space):
            present = self.counts[label].present if label in self.counts else 0
            if present < 2:
                self.findings.add("one-example" if present else "no-example", label)
        return tuple(sorted(space))


def _name(one: Example) -> str:
    return one.content.name if isinstance(one.content, Path) else one.id


def _is_text(name: str) -> bool:
    """Whether a name can be written; JSON can name halves of characters, which cannot."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _read(one: Example) -> bytes:
    """Return the content, without reading what is too long anyway."""
    if isinstance(one.content, Path):
        try:
            size = one.content.stat().st_size
        except OSError as error:
            raise InputError(f"it cannot be read: {error}.") from None
        if size > MAX_BYTES:
            raise InputError(f"it has {size:,} bytes; at most {MAX_BYTES:,} are read.")
    return one.read()
