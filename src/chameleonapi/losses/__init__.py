"""Losses: pure functions of a decision process, logits and truth.

Compiles a decision record over a model's label space into margins, exact
decisions and losses. Refuses what labels and scores do not determine, and keeps
no state: no paths, no devices, no files.
"""

from chameleonapi.losses.compiled import CompiledDecision, compile_decision
from chameleonapi.losses.interface import DecisionLoss, Reduction
from chameleonapi.losses.ordinary import AsymmetricLoss, LabelWiseLoss, target_mask, trust_region
from chameleonapi.losses.paper import PaperLoss
from chameleonapi.losses.registry import build_loss, compile_loss, loss_names, register_loss
from chameleonapi.losses.robustness import RobustnessLoss
from chameleonapi.losses.targets import TargetClass, target_classes

__all__ = [
    "AsymmetricLoss",
    "CompiledDecision",
    "DecisionLoss",
    "LabelWiseLoss",
    "PaperLoss",
    "Reduction",
    "RobustnessLoss",
    "TargetClass",
    "build_loss",
    "compile_decision",
    "compile_loss",
    "loss_names",
    "register_loss",
    "target_classes",
    "target_mask",
    "trust_region",
]
