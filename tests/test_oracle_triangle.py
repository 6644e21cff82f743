"""For every example application, three judges agree on every answer that could be served.

(a) CPython runs the application itself under a stubbed client, (b) ``decide`` reads the record
that analysis made, (c) the margins of the compiled decision are taken at temperature zero.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from analysis.oracle import run_for_real
from chameleonapi.analysis import Budget, Vocabulary, analyze
from chameleonapi.apis import LabelScores, label_answer
from chameleonapi.data.scenes import scene_labels
from chameleonapi.decision import Status
from chameleonapi.losses import compile_decision

APPS = Path(__file__).resolve().parents[1] / "examples" / "apps"
# folder or file, the script that is run, kind, order
EXAMPLES = {
    "smart_bin.py": ("smart_bin.py", "MULTI_CHOICE", "API"),
    "pet_door.py": ("pet_door.py", "TRUE_FALSE", None),
    "dessert_alarm.py": ("dessert_alarm.py", "MULTI_CHOICE", "APPLICATION"),
    "pantry_flags.py": ("pantry_flags.py", "MULTI_SELECT", None),
    "confident_bird.py": ("confident_bird.py", "TRUE_FALSE", None),
    "two_modules": ("main.py", "MULTI_CHOICE", "APPLICATION"),
    "aws_toolbox.py": ("aws_toolbox.py", "TRUE_FALSE", None),
}
OTHERS = ("Sky", "Table", "African bird", "dog")
ANSWERS = 60
VOCABULARY = Vocabulary("triangle", "1", tuple(dict.fromkeys((*scene_labels(), *OTHERS))))


def test_every_example_is_judged():
    folders = {one.name for one in APPS.iterdir() if one.suffix == ".py" or one.is_dir()}
    assert folders - {"__pycache__"} == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_three_judges_agree(name):
    script, kind, order = EXAMPLES[name]
    path = APPS / name
    (process,) = analyze(
        path, vocabulary=VOCABULARY, budget=Budget(verification_answers=400)
    ).processes
    assert process.kind.name == kind
    assert (process.order.name if process.order else None) == order
    assert process.status is Status.COMPLETE
    assert process.verification.disagreements == 0

    labels = tuple(dict.fromkeys((*process.labels_read(), *OTHERS)))
    compiled = compile_decision(process, labels)
    generator = torch.Generator().manual_seed(7)
    # Away from ties: no two logits are equal, none lies on the line.
    logits = torch.randn(ANSWERS, len(labels), generator=generator, dtype=torch.float64) * 2 - 1
    logits[:5] -= 10
    by_margin = compiled.margins(logits, temperature=0.0).argmax(1)
    by_decision = compiled.decide(logits)
    real: dict[str, str] = {}
    reached = set()
    for row, scores in enumerate(torch.sigmoid(logits).tolist()):
        answer = label_answer(
            process.spec,
            LabelScores(labels, scores),
            shown_score=process.shown_score,
            max_results=process.max_results,
        )
        outcome = process.decide(answer).id
        assert compiled.outcome_id(int(by_decision[row])) == outcome
        assert compiled.outcome_id(int(by_margin[row])) == outcome
        root = path if path.is_dir() else path.parent
        seen = "\n".join(run_for_real(root, script, answer))
        assert seen, "the application printed nothing"
        # one outcome, one behaviour, and the other way round
        assert real.setdefault(outcome, seen) == seen
        reached.add(outcome)
    assert len(set(real.values())) == len(real)
    assert len(reached) >= 2
