"""Training of the generic model, ours, and honest baselines, at every level.

One loop trains them all. Validation data decides when to stop, on thresholds and on falling
back; test data never comes here.
"""

from chameleonapi.training.customize import CustomizedModel, ValidationResult, customize
from chameleonapi.training.deepening import DEEP_LEVELS, TAIL_SETTINGS, Depth, cut_of
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.generic import GENERIC_SETTINGS, GenericModel, train_generic
from chameleonapi.training.held_out import hold_out
from chameleonapi.training.judge import BALANCED, MIXES, NATURAL
from chameleonapi.training.loop import Advance, Epoch
from chameleonapi.training.method_making import our_loss
from chameleonapi.training.methods import DEFAULT_METHODS, METHODS, TrainedMethod, train_methods
from chameleonapi.training.parts import answering_head, part_examples, right_outcomes
from chameleonapi.training.planning import (
    DataSize,
    LevelCost,
    Plan,
    measure_cost,
    plan_level,
    possible_epochs,
)
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.team import ALONE, Team, open_team
from chameleonapi.training.time_budget import TimeBudget, read_duration

__all__ = [
    "ALONE",
    "BALANCED",
    "DEEP_LEVELS",
    "DEFAULT_METHODS",
    "GENERIC_SETTINGS",
    "METHODS",
    "MIXES",
    "NATURAL",
    "TAIL_SETTINGS",
    "Advance",
    "CustomizedModel",
    "DataSize",
    "Depth",
    "Epoch",
    "FeatureSet",
    "GenericModel",
    "LevelCost",
    "Plan",
    "Team",
    "TimeBudget",
    "TrainSettings",
    "TrainedMethod",
    "ValidationResult",
    "answering_head",
    "customize",
    "cut_of",
    "hold_out",
    "measure_cost",
    "open_team",
    "our_loss",
    "part_examples",
    "plan_level",
    "possible_epochs",
    "read_duration",
    "right_outcomes",
    "train_generic",
    "train_methods",
]
