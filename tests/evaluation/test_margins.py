import pytest
import torch

from chameleonapi.errors import UnsupportedError
from chameleonapi.evaluation import ExampleResult, abstain
from chameleonapi.evaluation.decisions import decision_margins, served_decisions
from chameleonapi.models import LinearHead
from evaluation.test_measure import CHOICE, LABELS, measured
from evaluation.worlds import process


@pytest.mark.parametrize(
    "one",
    [
        CHOICE,
        process({"food": ["Apple", "Banana"], "metal": ["Can"]}, kind="flags"),
        process({chr(97 + i): [LABELS[i % 5]] for i in range(5)}, kind="application"),
    ],
)
def test_less_change_than_the_margin_never_changes_a_decision(one):
    dimension = 6
    generator = torch.Generator().manual_seed(2)
    weight = torch.randn(len(LABELS), dimension, generator=generator)
    features = torch.randn(200, dimension, generator=generator)

    def head(shift):
        return LinearHead(LABELS, weight, shift, torch.zeros(dimension), torch.ones(dimension))

    shift = torch.zeros(len(LABELS))
    before = served_decisions(one, head(shift), features)
    margins = decision_margins(one, head(shift), features)
    assert margins is not None
    changed = 0
    for _ in range(6):
        noise = 2 * torch.rand(len(LABELS), generator=generator) - 1
        after = served_decisions(one, head(noise), features)
        # Scores that change by at most one change a difference of two by at most two.
        for margin, old, new in zip(margins, before, after, strict=True):
            assert old == new or margin <= 2.0
            changed += old != new
    assert changed > 20
    assert min(margins) >= 0


def test_the_record_holds_the_margins_and_abstaining_uses_them():
    found, _ = measured()
    assert all(set(one.margins) == {"generic", "ours"} for one in found.examples)
    rule = abstain(found, "generic", at_most=0.2, confidence=0.9)
    assert rule is None or 0 < rule.coverage <= 1


def test_without_margins_nobody_can_abstain():
    found, _ = measured()
    bare = [ExampleResult(one.id, "", (), one.acceptable, one.decided) for one in found.examples]
    object.__setattr__(found, "examples", tuple(bare))
    with pytest.raises(UnsupportedError, match="how sure"):
        abstain(found, at_most=0.1)
