import pytest
import torch

from chameleonapi.errors import DataError
from chameleonapi.evaluation.leakage import check_disjoint
from chameleonapi.training.features import FeatureSet


def features(ids, digests=None):
    count = len(ids)
    labels = torch.ones(count, 1, dtype=torch.bool)
    digests = tuple(digests or (f"d-{one}" for one in ids))
    return FeatureSet(("A",), tuple(ids), digests, torch.zeros(count, 2), labels, labels)


def test_new_examples_pass():
    check_disjoint(features("abc"), {"training": features("de"), "validation": features("f")})


def test_a_test_example_that_was_trained_on_is_refused():
    with pytest.raises(DataError, match="1 test example came with the same id in training: 'b'"):
        check_disjoint(features("abc"), {"training": features("bd")})


def test_a_copy_under_another_name_is_refused():
    test = features("abc")
    copies = features("xyz", (*test.digests[:2], "other"))
    with pytest.raises(DataError, match="2 test examples came with the same content in tuning"):
        check_disjoint(test, {"training": features("de"), "tuning": copies})
