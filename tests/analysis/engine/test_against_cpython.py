import random

import pytest

from analysis.engine.snippets import HEAD, SNIPPETS, TAIL
from analysis.oracle import draw_answer, observed, run_for_real
from chameleonapi.analysis.engine import load_program
from chameleonapi.apis import api_ids

API = "google.vision.label_detection"
WORDS = [
    "Dog",
    "Dog",
    "Cat",
    "Cat",
    "Bird",
    "Pizza",
    "Kitten",
    "dogs",
    "Hot dog",
    "Stop",
    "Lion",
    "x1",
    "7",
    "Cat fish",
    "",
]


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_engine_does_what_cpython_does(name, tmp_path):
    (tmp_path / "app.py").write_text(HEAD + SNIPPETS[name] + TAIL)
    program = load_program(tmp_path / "app.py")
    entry = program.entries[0]
    assert entry.name == "<module>"
    rng = random.Random(name)
    for _ in range(40):
        answer = draw_answer(API, WORDS, rng)
        trace = program.run(entry, {}, {}, default={**{key: {} for key in api_ids()}, API: answer})
        assert not trace.gaps
        assert observed(trace) == run_for_real(tmp_path, "app.py", answer), answer
