"""Examples of whole inputs, of regions and of mentions, where it makes a difference which."""

from __future__ import annotations

from jaxtyping import Bool
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses import compile_decision, compile_entities, compile_labels
from chameleonapi.models import LabelHead, LinearHead
from chameleonapi.models.mentions import MENTIONS, MentionHead
from chameleonapi.models.regions import REGIONS, RegionHead
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.mention_truth import mention_examples
from chameleonapi.training.region_truth import region_examples, truths_of

__all__ = ["answering_head", "part_examples", "right_outcomes"]


def right_outcomes(process: DecisionProcess, data: FeatureSet) -> Bool[Tensor, "examples outcomes"]:
    """Return which outcomes are right for each example, of whole inputs or of parts."""
    if data.passages:
        return compile_entities(process, data.labels, MENTIONS).acceptable_for(data.passages)
    if data.objects:
        decision = compile_labels(process, data.labels, regions=REGIONS)
        return decision.acceptable_for(truths_of(process, data))
    return compile_decision(process, data.labels).acceptable(data.present, data.known)


def answering_head(head: LabelHead, data: FeatureSet) -> LabelHead | RegionHead | MentionHead:
    """Return what answers on the features of these examples with a trained head."""
    if not data.has_parts:
        return head
    if not isinstance(head, LinearHead):
        raise UnsupportedError(
            "an opinion on outcomes is about whole inputs, and the examples have parts.",
            hint="Measure it on examples without regions or mentions.",
        )
    if data.passages:
        return MentionHead(head)
    return RegionHead(head)


def part_examples(data: FeatureSet) -> FeatureSet:
    """Return every part of the inputs as an example of its own; whole inputs as they are."""
    if data.passages:
        return mention_examples(data)
    return region_examples(data) if data.objects else data
