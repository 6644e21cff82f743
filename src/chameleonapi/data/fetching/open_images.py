"""Of Open Images, just the pictures that speak about some labels.

The tables of labels are fetched and read once; of each label, up to a limit of pictures that show
it and as many verified not to are chosen, by a hash of their ids, so that the same ones come every
time. The folder that is left is what the importer ``open-images`` reads.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chameleonapi.data.fetching.http import Fetcher, NotThereError, checked_address
from chameleonapi.data.importers.findings import Findings
from chameleonapi.data.mapping import LabelMapper, Match
from chameleonapi.errors import DataError, UsageError

__all__ = ["METADATA", "PICTURES", "OpenImagesPlan", "OpenImagesResult", "fetch_open_images"]

METADATA: Final = "https://storage.googleapis.com/openimages"
PICTURES: Final = "https://open-images-dataset.s3.amazonaws.com"
DESCRIPTIONS: Final = "v7/oidv7-class-descriptions.csv"
HIERARCHY: Final = "2018_04/bbox_labels_600_hierarchy.json"
LABELS: Final = {
    "train": "v7/oidv7-train-annotations-human-imagelabels.csv",
    "validation": "v7/oidv7-val-annotations-human-imagelabels.csv",
    "test": "v7/oidv7-test-annotations-human-imagelabels.csv",
}
_ID: Final = re.compile(r"[0-9a-f]{16}")
_MOST_TABLE_BYTES: Final = 8 * 1024**3
_MOST_PICTURE_BYTES: Final = 20 * 1024**2
_MOST_THREADS: Final = 64

Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class OpenImagesPlan:
    """What to fetch.

    Attributes:
        labels: names; spelling is matched as when data are imported.
        splits: of Open Images.
        limit: most pictures with a label present, and most with it absent, for each label.
        threads: how many pictures are fetched at a time.
        metadata, pictures: base addresses.
    """

    labels: Sequence[str]
    splits: Sequence[str] = ("validation", "test")
    limit: int = 500
    threads: int = 16
    metadata: str = METADATA
    pictures: str = PICTURES


@dataclass(frozen=True, slots=True)
class OpenImagesResult:
    """What came.

    Attributes:
        matches: the labels and what they are called in Open Images.
        fetched: pictures that are there now.
        failed: pictures that are not, each with the reason.
        chosen: number of pictures with each label present.
        findings: what of the tables was left out.
    """

    matches: tuple[Match, ...]
    fetched: int
    failed: dict[str, str]
    chosen: dict[str, int]
    findings: Findings = field(default_factory=Findings)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "fetched": self.fetched,
            "failed": self.failed,
            "chosen": self.chosen,
            "matches": [one.to_json() for one in self.matches],
            "findings": [one.to_json() for one in self.findings.all],
        }


def fetch_open_images(
    plan: OpenImagesPlan,
    output: str | Path,
    *,
    fetcher: Fetcher | None = None,
    advance: Advance | None = None,
) -> OpenImagesResult:
    """Fetch tables and pictures; the same call goes on where it was interrupted.

    Args:
        plan: what to fetch.
        output: the folder; it may hold what an earlier call has fetched.
        fetcher: how patient to be.
        advance: told how many of all pictures are done.

    Raises:
        UsageError: if the plan makes no sense.
        DataError: if a table cannot be had, or no label is known to Open Images.
    """
    _check(plan)
    fetcher = fetcher or Fetcher()
    folder = Path(output)
    tables = folder / ".metadata"  # hidden: the importer must not read the whole tables
    names = _names(plan, folder, fetcher)
    mapper = LabelMapper(tuple(dict.fromkeys(names.values())))
    wanted = {label for name in plan.labels for label in mapper.match(name).labels}
    if not wanted:
        first = mapper.matches[0]
        near = f" Close: {', '.join(first.near)}." if first.near else ""
        raise DataError(
            f"none of the {len(plan.labels)} labels is known to Open Images: {first.name!r}.",
            hint=f"Check the names.{near}",
        )
    codes = {code: name for code, name in names.items() if name in wanted}
    findings = Findings()
    counts: dict[str, int] = dict.fromkeys(sorted(wanted), 0)
    jobs: list[tuple[str, str]] = []
    for split in plan.splits:
        table = tables / Path(LABELS[split]).name
        fetcher.fetch(f"{plan.metadata}/{LABELS[split]}", table, max_bytes=_MOST_TABLE_BYTES)
        chosen = _choose(table, codes, plan.limit, findings)
        _keep(table, chosen, folder / f"{split}-annotations-human-imagelabels.csv", codes, counts)
        jobs += [(split, image) for image in sorted(chosen)]
    failed = _fetch_all(plan, jobs, folder, fetcher, advance)
    return OpenImagesResult(mapper.matches, len(jobs) - len(failed), failed, counts, findings)


def _check(plan: OpenImagesPlan) -> None:
    unknown = [one for one in plan.splits if one not in LABELS]
    if unknown or not plan.splits:
        raise UsageError(
            f"{', '.join(unknown) or 'nothing'} is no split of Open Images.",
            hint=f"Known: {', '.join(LABELS)}.",
        )
    if not plan.labels:
        raise UsageError("no label was named.", hint="Name labels or an application.")
    if plan.limit < 1 or not 1 <= plan.threads <= _MOST_THREADS:
        raise UsageError(
            f"a limit of {plan.limit} and {plan.threads} threads make no sense.",
            hint=f"The limit is 1 or more, threads are 1 to {_MOST_THREADS}.",
        )
    for one in (plan.metadata, plan.pictures):
        checked_address(one)


def _names(plan: OpenImagesPlan, folder: Path, fetcher: Fetcher) -> dict[str, str]:
    path = folder / "class-descriptions.csv"
    fetcher.fetch(f"{plan.metadata}/{DESCRIPTIONS}", path, max_bytes=_MOST_PICTURE_BYTES)
    hierarchy = folder / "bbox_labels_600_hierarchy.json"
    fetcher.fetch(f"{plan.metadata}/{HIERARCHY}", hierarchy, max_bytes=_MOST_PICTURE_BYTES)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == 2 and row[0].startswith("/")]
    return {row[0]: row[1].strip() for row in rows}


def _rows(table: Path) -> Iterator[dict[str, str]]:
    try:
        with table.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{table} cannot be read: {error}.", hint="Remove it and run the command again."
        ) from None


def _choose(table: Path, codes: dict[str, str], limit: int, findings: Findings) -> set[str]:
    """Return the ids with the smallest hashes, for each label and for its presence and absence."""
    best: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in _rows(table):
        label, confidence = row.get("LabelName"), row.get("Confidence")
        if label not in codes:
            continue
        image = row.get("ImageID") or ""
        if not _ID.fullmatch(image):
            findings.add("unknown-id", f"{table.name}: {image!r} is no id of a picture")
            continue
        if confidence not in {"0", "1", "0.0", "1.0"} or row.get("Source") == "machine":
            findings.add("machine-label", f"{table.name}: {image} {codes[label]}")
            continue
        heap = best.setdefault((label, confidence[0]), [])
        key = (-int(hashlib.sha256(image.encode()).hexdigest()[:16], 16), image)
        if len(heap) < limit:
            heapq.heappush(heap, key)
        elif key > heap[0]:
            heapq.heapreplace(heap, key)
    return {image for heap in best.values() for _, image in heap}


def _keep(
    table: Path, chosen: set[str], target: Path, codes: dict[str, str], counts: dict[str, int]
) -> None:
    """Write all that the table says about the chosen pictures."""
    partial = target.with_name(f"{target.name}.partial")
    columns = ("ImageID", "Source", "LabelName", "Confidence")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in _rows(table):
            if row.get("ImageID") in chosen:
                writer.writerow([row.get(one) or "" for one in columns])
                label = codes.get(row.get("LabelName") or "")
                if label is not None and (row.get("Confidence") or "").startswith("1"):
                    counts[label] += 1
    partial.replace(target)


def _fetch_all(
    plan: OpenImagesPlan,
    jobs: list[tuple[str, str]],
    folder: Path,
    fetcher: Fetcher,
    advance: Advance | None,
) -> dict[str, str]:
    """Fetch pictures in parallel; one that fails does not stop the others, a full disk does."""
    failed: dict[str, str] = {}

    def fetch(job: tuple[str, str]) -> None:
        split, image = job
        address = f"{plan.pictures}/{split}/{image}.jpg"
        target = folder / split / f"{image}.jpg"
        fetcher.fetch(address, target, max_bytes=_MOST_PICTURE_BYTES)

    with ThreadPoolExecutor(plan.threads) as pool:
        waiting = {pool.submit(fetch, job): job for job in jobs}
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                try:
                    future.result()
                except NotThereError:
                    failed["/".join(waiting[future])] = "not there"
                except DataError as error:
                    failed["/".join(waiting[future])] = error.message
                if advance is not None:
                    advance(done, len(jobs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return dict(sorted(failed.items()))
