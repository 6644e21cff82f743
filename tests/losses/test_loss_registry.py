import pytest

from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.losses import (
    DecisionLoss,
    RobustnessLoss,
    compile_loss,
    loss_names,
    register_loss,
)
from losses.decisions import LABELS, true_false


@pytest.mark.parametrize("name", loss_names())
def test_every_name_makes_a_loss_of_that_name(name):
    loss = compile_loss(true_false(), LABELS, name)
    assert isinstance(loss, DecisionLoss)
    assert loss.name == name


def test_the_names_of_version_one_stay():
    assert set(loss_names()) >= {
        "robustness.v1",
        "paper.v1",
        "basic.v1",
        "asymmetric.v1",
        "weighted-bce.v1",
        "bce.v1",
    }


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(
        UnknownNameError, match=r"unknown loss 'focal\.v1'.*basic\.v1.*robustness\.v1"
    ):
        compile_loss(true_false(), LABELS, "focal.v1")


def test_a_taken_name_is_refused():
    with pytest.raises(UsageError, match=r"'paper\.v1' is registered already. Raise the version"):
        register_loss("paper.v1", RobustnessLoss)


def test_an_unknown_option_is_refused():
    with pytest.raises(
        UsageError, match=r"'robustness\.v1' cannot be made with the options warmth"
    ):
        compile_loss(true_false(), LABELS, warmth=3.0)
