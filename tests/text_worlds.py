"""Short texts about a few things, made from templates, for models that are made in a test."""

from __future__ import annotations

import csv
import random
from pathlib import Path

HOCKEY, BASEBALL = "/Sports/Team Sports/Hockey", "/Sports/Team Sports/Baseball"
HEALTH, POLITICS = "/Health", "/News/Politics"
WORDS = {
    HOCKEY: ("puck", "goalie", "ice rink", "hockey stick", "slap shot", "power play"),
    BASEBALL: ("pitcher", "home run", "inning", "baseball bat", "shortstop", "outfield"),
    HEALTH: ("doctor", "vaccine", "blood pressure", "surgery", "diabetes", "medicine"),
    POLITICS: ("parliament", "election", "minister", "senate", "new law", "campaign"),
}
FRAMES = (
    "We talked about the {} and the {} all day.",
    "Yesterday the {} mattered more than the {}.",
    "Everyone asked me what the {} has to do with the {}.",
    "First the {}, then the {}: that was my week.",
)


def write_topics(folder: Path, count: int = 160, seed: int = 0) -> Path:
    """Write a table of texts with one topic each."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "labels"])
        for index in range(count):
            label = tuple(WORDS)[index % len(WORDS)]
            one, two = rng.sample(WORDS[label], 2)
            writer.writerow([f"{index}. {rng.choice(FRAMES).format(one, two)}", label])
    return folder
