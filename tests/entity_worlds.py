"""Short texts that name people, places and companies, made from templates."""

from __future__ import annotations

import json
import random
from pathlib import Path

NAMES = {
    "PERSON": ("Peter Hansen", "Anna Lindqvist", "Maria Lopez", "John Baker", "Ivan Petrov"),
    "LOCATION": ("Stockholm", "Boston", "Buenos Aires", "Kenya", "Lake Geneva"),
    "ORGANIZATION": ("Acme Corp", "Northern Bank", "Globex Ltd", "Union Steel", "Delta Airways"),
}
FRAMES = (
    "{} was in the news again on Monday.",
    "Nobody had expected {} to be there.",
    "Most of it was about {}, as so often.",
    "They spoke of {} and of the weather.",
)
PLAIN = ("The weather stayed cold and grey.", "There was no news on the markets that day.")


def passage(rng, kinds):
    """Return a text that names one of each of these types, and what it names."""
    text = f"{rng.choice(PLAIN)} "
    entities = []
    for kind in kinds:
        name = rng.choice(NAMES[kind])
        before, after = rng.choice(FRAMES).split("{}")
        text += before
        entities.append({"type": kind, "text": name, "begin": len(text)})
        text += name + after + " "
    return text + f"It was day {rng.randint(1, 10**6)}.", entities


def write_entities(folder: Path, count: int = 180, seed: int = 0) -> Path:
    """Write lines of texts with up to three mentions."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for index in range(count):
        kinds = [rng.choice(tuple(NAMES)) for _ in range(index % 4)]
        text, entities = passage(rng, kinds)
        lines.append(json.dumps({"text": text, "entities": entities}) + "\n")
    (folder / "labels.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder
