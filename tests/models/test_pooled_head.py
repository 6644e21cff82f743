"""Heads with a second opinion on the outcome: on disk, in memory, and in batches with others."""

from dataclasses import replace

import pytest
import torch

from chameleonapi.apis import Request
from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models import (
    LinearHead,
    ModelShelf,
    OutcomeHead,
    PooledHead,
    SharedBackbonePredictor,
)
from chameleonapi.models.served import answer_batch, as_scores, serve_head
from chameleonapi.models.weight_files import write_weights
from models.test_shelf import (
    DIMENSION,
    GENERIC,
    HEADS,
    LABELS,
    Identity,
    Reader,
    Source,
    close,
    contents,
)


class Lifts:
    """Lifts one label by what the first outcome has above the second, where that is above zero."""

    size_bytes = 100

    def __init__(self, place):
        self.place = place

    def __call__(self, logits, opinion):
        found = logits.clone()
        found[:, self.place] += (opinion[:, 0] - opinion[:, 1]).clamp(min=0)
        return found


def opinion(seed=1, outcomes=("yes", "no"), share=0.5, dimension=DIMENSION):
    drawn = torch.Generator().manual_seed(seed)
    linear = LinearHead(
        outcomes,
        torch.randn(len(outcomes), dimension, generator=drawn),
        torch.randn(len(outcomes), generator=drawn),
        torch.randn(dimension, generator=drawn),
        torch.rand(dimension, generator=drawn) + 0.5,
    )
    return OutcomeHead(linear, share)


def pooled(name, place):
    return PooledHead(HEADS[name], opinion(place), Lifts(place))


def test_an_opinion_survives_its_file():
    one = opinion(share=0.25)
    again = OutcomeHead.from_bytes(one.to_bytes())
    assert again.to_bytes() == one.to_bytes()
    assert again.outcomes == ("yes", "no")
    assert again.share == 0.25
    for name in ("weight", "bias", "mean", "std"):
        assert torch.equal(getattr(again.linear, name), getattr(one.linear, name))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcomes": "yes"}, "no list of strings"),
        ({"outcomes": ["yes", 3]}, "no list of strings"),
        ({"outcomes": ["yes"]}, "head for 1 labels has shape"),
        ({"outcomes": ["yes", "yes"]}, "a label twice"),
        ({"share": True}, "no number"),
        ({"share": "much"}, "no number"),
        ({"share": 0.0}, "counts 0.0"),
        ({"share": 1e9}, "at most 100"),
        ({"format": "other"}, "format is 'other'"),
        ({"std": torch.zeros(DIMENSION)}, "spread of zero"),
        ({"weight": torch.full((2, DIMENSION), torch.nan)}, "not finite"),
    ],
)
def test_a_file_that_is_none_is_refused(change, message):
    one = opinion()
    tensors = {name: getattr(one.linear, name) for name in ("weight", "bias", "mean", "std")}
    record = {"format": "chameleonapi.outcome-head/1", "outcomes": ["yes", "no"], "share": 0.5}
    for name, value in change.items():
        (tensors if name in tensors else record)[name] = value
    with pytest.raises(ModelError, match=message):
        OutcomeHead.from_bytes(write_weights(tensors, "outcomes", record))


def test_bytes_of_a_head_are_no_opinion_and_the_other_way_round():
    with pytest.raises(ModelError, match="cannot be read"):
        OutcomeHead.from_bytes(GENERIC.to_bytes())
    with pytest.raises(ModelError, match="cannot be read"):
        LinearHead.from_bytes(opinion().to_bytes())
    with pytest.raises(ModelError, match="cannot be read"):
        OutcomeHead.from_bytes(b"nothing")


def test_an_opinion_counts_something_and_sees_the_same_features():
    with pytest.raises(UsageError, match="counts 0"):
        opinion(share=0)
    with pytest.raises(ModelError, match="takes 3 features, and the head of labels beside it 16"):
        PooledHead(GENERIC, opinion(dimension=3), Lifts(0))


def test_it_answers_in_a_mixed_batch_as_it_does_alone():
    heads = {**HEADS, "app-1": pooled("app-1", 3), "app-4": pooled("app-4", 5)}
    predictor = SharedBackbonePredictor(
        Identity(), GENERIC, source=Source(heads), read_picture=Reader()
    )
    names = ["app-1", "", "app-2", "app-4", "app-1", "app-4", "app-0", ""]
    asked = contents(len(names))
    found = predictor.predict([Request(*one) for one in zip(names, asked, strict=True)])
    for name, content, one in zip(names, asked, found, strict=True):
        assert close(one, heads.get(name, GENERIC), content)
    # and the opinion is heard: without it, some answer is another one
    plain = [close(one, HEADS[n], c) for n, c, one in zip(names, asked, found, strict=True) if n]
    assert not all(plain)


def test_all_rows_of_its_own_and_an_opinion():
    other = replace(GENERIC, mean=GENERIC.mean + 1)  # shares no row with the generic model
    head = PooledHead(other, opinion(), Lifts(2))
    base = serve_head(GENERIC)
    features = torch.randn(3, DIMENSION, generator=torch.Generator().manual_seed(1))
    answers = answer_batch(
        [serve_head(head, (GENERIC, base)), base, serve_head(head, (GENERIC, base))],
        features,
        as_scores,
    )
    expected = torch.sigmoid(head.logits(features))
    for row in (0, 2):
        assert torch.allclose(torch.tensor(answers[row]), expected[row], atol=1e-6)


def test_the_memory_of_an_opinion_is_counted():
    base = serve_head(GENERIC)
    plain = serve_head(HEADS["app-1"], (GENERIC, base)).size_bytes
    found = serve_head(pooled("app-1", 3), (GENERIC, base)).size_bytes
    assert found == plain + (2 * DIMENSION + 2) * 4 + Lifts.size_bytes


def test_the_generic_model_has_no_application_to_speak_of():
    with pytest.raises(ModelError, match="opinion on the outcomes of one application"):
        ModelShelf(Identity(), pooled("app-1", 3))
    shelf = ModelShelf(Identity(), GENERIC)
    with pytest.raises(ModelError, match="opinion on the outcomes of one application"):
        shelf.put("", pooled("app-1", 3))
    assert shelf.get("").labels == LABELS
