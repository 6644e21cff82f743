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


FEELINGS = {
    0.8: ("wonderful", "fantastic", "brilliant", "marvellous"),
    0.4: ("nice", "pleasant", "good", "fine"),
    0.0: ("grey", "wooden", "rectangular", "made on Monday"),
    -0.4: ("dull", "slow", "annoying", "poor"),
    -0.8: ("terrible", "disgusting", "horrible", "awful"),
}
THINGS = ("chair", "film", "hotel", "soup", "lesson", "phone", "bus ride", "letter")


def write_sentiment(folder: Path, count: int = 200, seed: int = 0) -> Path:
    """Write a table of texts with scores."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "score"])
        for index in range(count):
            score = tuple(FEELINGS)[index % len(FEELINGS)]
            word, thing = rng.choice(FEELINGS[score]), rng.choice(THINGS)
            noisy = max(-1.0, min(1.0, score + rng.uniform(-0.1, 0.1)))
            text = f"{index}. The {thing} that I had on day {index} was {word}."
            writer.writerow([text, f"{noisy:.3f}"])
    return folder
