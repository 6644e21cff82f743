import pytest

from chameleonapi.evaluation import Evaluation, Method
from chameleonapi.evaluation.shares import gain_steps
from evaluation.test_measure import head, measured

DEFAULT = ("generic", "tuned", "basic", "paper", "ours")


def test_each_step_has_its_cause():
    assert gain_steps(DEFAULT, "ours") == (
        ("thresholds", "tuned", "generic"),
        ("data", "basic", "tuned"),
        ("loss", "ours", "basic"),
    )
    assert gain_steps([*DEFAULT, "head"], "ours")[-2:] == (
        ("loss", "head", "basic"),
        ("level", "ours", "head"),
    )
    assert gain_steps([*DEFAULT, "no-opinion"], "ours")[-2:] == (
        ("loss", "no-opinion", "basic"),
        ("opinion", "ours", "no-opinion"),
    )
    assert gain_steps(["no-opinion", "head", *DEFAULT], "ours")[-3:] == (
        ("loss", "no-opinion", "basic"),
        ("opinion", "head", "no-opinion"),
        ("level", "ours", "head"),
    )


def test_a_step_without_a_method_falls_to_the_next():
    assert gain_steps(["generic", "mine"], "mine") == (("loss", "mine", "generic"),)
    assert gain_steps(["generic", "basic", "mine"], "mine")[0] == ("data", "basic", "generic")
    assert gain_steps(["ours"], "ours") == ()
    assert gain_steps(["generic"], "generic") == ()


def test_the_shares_add_up_to_the_whole_gain(tmp_path):
    methods = [Method(name, name, head(seed=seed)) for seed, name in enumerate(DEFAULT)]
    found, _ = measured(methods=methods)
    assert [one.cause for one in found.shares] == ["thresholds", "data", "loss"]
    total = sum(one.difference.rate for one in found.shares)
    assert total == pytest.approx(found.comparison("ours", "generic").difference.rate)
    for one in found.shares:
        assert one.difference.low <= one.difference.rate <= one.difference.high
    found.save(tmp_path / "evaluation.json")
    assert Evaluation.load(tmp_path / "evaluation.json") == found


def test_calibration_is_of_the_decisions_in_the_record():
    found, _ = measured()
    for one in found.methods:
        assert one.calibration is not None
        right = sum(part.right * part.examples for part in one.calibration.bins)
        assert right == pytest.approx(300 * (1 - one.natural.rate))
