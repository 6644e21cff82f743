"""CPython as the judge of the corpus: run an application for real, under stand-ins for all that is foreign."""

import json
import random
import subprocess
import sys
from pathlib import Path

from chameleonapi.analysis.exploration.runner import typical_answer
from chameleonapi.apis import FieldKind, get_api, iter_apis, write_elements, write_field

_CHILD = Path(__file__).with_name("corpus_child.py")


def main_of(folder, call_file):
    """Return the script with which an application is started."""
    for name in ("main.py", "app.py"):
        if (folder / name).exists():
            return name
    return call_file


def run_for_real(folder, api, answers, expected, call_file, *, others=typical_answer, seconds=120):
    """Run an application in a process of its own on each answer, and return what was seen.

    Other calls get what ``others`` makes of their API. ``drive`` of what is expected starts it,
    or one of ``drives`` by API.
    """
    asked = {
        "folder": str(folder),
        "api": api,
        "answers": answers,
        "default": {one.id: others(one) for one in iter_apis()},
        "drive": expected.get("drives", {}).get(api, expected.get("drive", "")),
        "main": main_of(folder, call_file),
    }
    done = subprocess.run(
        [sys.executable, str(_CHILD)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)


def draw_answer(api, words, rng):
    """Return a random answer: unsorted, with duplicates, sometimes empty; no number on a boundary."""
    spec = get_api(api)
    answer = {}
    for collection in spec.collections[:2]:
        single = collection.path in ("", "safeSearchAnnotation")
        rows = []
        for _ in range(1 if single else rng.choice([0, 1, 1, 2, 2, 3, 3, 5, 8])):
            row = {}
            for one in collection.fields:
                if one.path.startswith("Emotions."):
                    if one.path == "Emotions.0.Type":
                        row["Emotions"] = _emotions(one.values, rng)
                elif one.path.endswith("#"):
                    write_field(
                        row, one.path, rng.choice([n for n in (0, 1, 2, 12) if n >= one.low])
                    )
                elif "*" in one.path:
                    count = rng.choice([0, 1, 2])
                    row.pop(one.path.split(".")[0], None)
                    write_field(row, one.path, [_value(one, words, rng) for _ in range(count)])
                else:
                    write_field(row, one.path, _value(one, words, rng))
            rows.append(row)
        if collection.path == "":
            answer.update(rows[0])
        elif single:
            write_field(answer, collection.path, rows[0])
        elif rows or api.startswith("aws."):
            write_elements(answer, collection.path, rows)
    for one in spec.answer_fields:
        write_field(answer, one.path, _value(one, words, rng))
    return answer


def _emotions(names, rng):
    """Return some emotions, the surest first, as the service gives them."""
    found = rng.sample(names, rng.choice([1, 2, 3]))
    sure = sorted((round(rng.uniform(0, 100), 2) + 0.00390625 for _ in found), reverse=True)
    return [{"Type": name, "Confidence": one} for name, one in zip(found, sure, strict=True)]


def _value(spec, words, rng):
    if spec.kind is FieldKind.NUMBER:
        return round(rng.uniform(spec.low, spec.high), 2) + 0.00390625
    if spec.values == ("false", "true"):
        return rng.random() < 0.5
    if spec.kind is FieldKind.ENUM:
        return rng.choice(spec.values)
    if spec.path in ("mid", "locale", "entityId"):
        return "/m/0"
    return rng.choice(words)


def words_of(program, process):
    """Return texts that an application may react to, and some others."""
    literals = [one for one in program.literals if 0 < len(one) < 40 and "\n" not in one]
    accepted = sorted(process.labels_read())
    if process.api == "google.language.classify_text":
        literals = [one for one in literals if one.startswith("/")]
    accepted = random.Random(3).sample(accepted, min(len(accepted), 40))
    return [
        *literals,
        *(one.title() for one in literals),
        *accepted * 2,
        *([] if process.api == "google.language.classify_text" else ["Sky", "Zzyx"]),
        *([] if process.api == "google.language.classify_text" else ["/News/Other"]),
    ]
