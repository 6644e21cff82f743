"""Losses by name and version: a name stays what it is when a better one arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UnsupportedError, UsageError
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.compiled import CompiledDecision
from chameleonapi.losses.compiling import compile_decision
from chameleonapi.losses.interface import Decision, DecisionLoss
from chameleonapi.losses.ordinary import AsymmetricLoss, LabelWiseLoss, target_mask
from chameleonapi.losses.paper import PaperLoss
from chameleonapi.losses.perturbation import PerturbationLoss
from chameleonapi.losses.program import ProgramDecision
from chameleonapi.losses.robustness import RobustnessLoss

__all__ = ["build_loss", "compile_loss", "loss_names", "register_loss"]

LossFactory = Callable[..., DecisionLoss]
_OF_LABELS: Final = frozenset({"paper.v1", "asymmetric.v1", "weighted-bce.v1"})
_FACTORIES: Final[dict[str, LossFactory]] = {}


def register_loss(name: str, factory: LossFactory) -> None:
    """Add a loss.

    Args:
        name: with its version, such as ``mine.v1``.
        factory: takes a compiled decision, and options by keyword.

    Raises:
        UsageError: if the name is taken.
    """
    if name in _FACTORIES:
        raise UsageError(
            f"the loss {name!r} is registered already.", hint="Raise the version in its name."
        )
    _FACTORIES[name] = factory


def loss_names() -> tuple[str, ...]:
    """Return all registered names."""
    return tuple(_FACTORIES)


def build_loss(decision: Decision, name: str = "robustness.v1", **options: Any) -> DecisionLoss:
    """Return a loss for a decision that is compiled already.

    Raises:
        UnknownNameError: listing the known names.
        UsageError: if an option is unknown or out of range.
        UnsupportedError: if there is no such loss for this kind of decision.
    """
    if name not in _FACTORIES:
        raise UnknownNameError("loss", name, loss_names())
    if name == "robustness.v1" and isinstance(decision, ProgramDecision):
        raise UnsupportedError(
            f"a program has outcomes and no margins, which {name!r} needs.",
            hint="Use 'perturbation.v1', which asks for outcomes alone.",
        )
    if name in _OF_LABELS and isinstance(decision, ProgramDecision):
        raise UnsupportedError(
            f"{name!r} is made of the rules of a decision, and a program that is asked has none.",
            hint="Use 'perturbation.v1', or 'bce.v1'.",
        )
    if name in _OF_LABELS and not isinstance(decision, CompiledDecision):
        raise UnsupportedError(
            f"{decision.process.id}: {name!r} is a loss of labels of whole inputs, and the decision"
            " is not compiled over such.",
            hint="Use 'robustness.v1', or 'bce.v1'.",
        )
    try:
        return _FACTORIES[name](decision, **options)
    except TypeError as error:
        raise UsageError(
            f"the loss {name!r} cannot be made with the options"
            f" {', '.join(options) or '(none)'}: {error}.",
            hint="See the attributes of the loss in the documentation.",
        ) from None


def compile_loss(
    process: DecisionProcess,
    labels: Sequence[str],
    name: str = "robustness.v1",
    *,
    regions: int | None = None,
    **options: Any,
) -> DecisionLoss:
    """Return the loss of this name for a decision process over a label space.

    ``regions`` is as in ``compile_decision``, all other options are those of the loss.

    Raises:
        UnknownNameError: listing the known names.
        UsageError: if an option is unknown or out of range.
        UnsupportedError: if labels and scores do not determine the decision, or there is no
            such loss for this kind of decision.
    """
    return build_loss(compile_decision(process, labels, regions=regions), name, **options)


def _asymmetric(decision: CompiledDecision, **options: Any) -> DecisionLoss:
    return AsymmetricLoss(Buffer(target_mask(decision)), **options)


register_loss("robustness.v1", RobustnessLoss)
register_loss("perturbation.v1", PerturbationLoss)
register_loss("paper.v1", PaperLoss)
register_loss("basic.v1", LabelWiseLoss.on_targets)
register_loss("asymmetric.v1", _asymmetric)
register_loss("weighted-bce.v1", LabelWiseLoss.weighted)
register_loss("bce.v1", LabelWiseLoss.on_all)
