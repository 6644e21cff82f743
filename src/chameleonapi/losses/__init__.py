"""Losses: pure functions of a decision process, logits and truth.

Compiles a decision record over a model's label space into margins, exact
decisions and losses. Refuses what labels and scores do not determine, and keeps
no state: no paths, no devices, no files.
"""

from chameleonapi.decision import OTHER_OUTCOME
from chameleonapi.losses.asking import Asked, ask_program
from chameleonapi.losses.class_decision import ClassDecision, class_answer, class_shares
from chameleonapi.losses.compiled import CompiledDecision, compile_labels
from chameleonapi.losses.compiling import compile_decision
from chameleonapi.losses.entity_decision import EntityDecision, compile_entities
from chameleonapi.losses.interface import Decision, DecisionLoss, Presence, Reduction
from chameleonapi.losses.likelihood_decision import LikelihoodDecision, compile_likelihoods
from chameleonapi.losses.ordinary import AsymmetricLoss, LabelWiseLoss, target_mask, trust_region
from chameleonapi.losses.paper import PaperLoss
from chameleonapi.losses.perturbation import PerturbationLoss
from chameleonapi.losses.program import ProgramDecision
from chameleonapi.losses.reconciling import Reconciliation, can_reconcile, pool_opinions, reconcile
from chameleonapi.losses.registry import build_loss, compile_loss, loss_names, register_loss
from chameleonapi.losses.robustness import RobustnessLoss
from chameleonapi.losses.score_decision import (
    SCORE,
    ScoreDecision,
    score_answer,
    served_scores,
)
from chameleonapi.losses.targets import TargetClass, target_classes

__all__ = [
    "OTHER_OUTCOME",
    "SCORE",
    "Asked",
    "AsymmetricLoss",
    "ClassDecision",
    "CompiledDecision",
    "Decision",
    "DecisionLoss",
    "EntityDecision",
    "LabelWiseLoss",
    "LikelihoodDecision",
    "PaperLoss",
    "PerturbationLoss",
    "Presence",
    "ProgramDecision",
    "Reconciliation",
    "Reduction",
    "RobustnessLoss",
    "ScoreDecision",
    "TargetClass",
    "ask_program",
    "build_loss",
    "can_reconcile",
    "class_answer",
    "class_shares",
    "compile_decision",
    "compile_entities",
    "compile_labels",
    "compile_likelihoods",
    "compile_loss",
    "loss_names",
    "pool_opinions",
    "reconcile",
    "register_loss",
    "score_answer",
    "served_scores",
    "target_classes",
    "target_mask",
    "trust_region",
]
