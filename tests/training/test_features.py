from dataclasses import replace

import pytest
import torch

from chameleonapi.errors import DataError
from chameleonapi.training.features import FeatureSet
from evaluation.worlds import directions, scenes

LABELS = ("Apple", "Banana", "Can")


@pytest.fixture
def data():
    return scenes(6, LABELS, seed=0, directions=directions(LABELS))


def test_selected_examples_keep_their_rows(data):
    some = data.select([4, 1])
    assert some.ids == (data.ids[4], data.ids[1])
    torch.testing.assert_close(some.features, data.features[[4, 1]])
    assert some.present.tolist() == data.present[[4, 1]].tolist()


def test_labels_that_the_data_lacks_are_unknown(data):
    wider = data.over(("Zebra", "Can", "Apple"))
    assert wider.known.tolist() == [[False, True, True]] * 6
    assert wider.present[:, 1].tolist() == data.present[:, 2].tolist()
    assert data.over(LABELS) is data


def test_the_digest_sees_every_part(data):
    known = data.known.clone()
    known[0, 0] = False
    parts = (data.labels, data.ids, data.digests, data.features, data.present)
    assert FeatureSet(*parts, data.known).digest == data.digest
    assert FeatureSet(*parts, known).digest != data.digest
    assert data.select([1, 0, 2, 3, 4, 5]).digest != data.digest


def test_rows_that_do_not_fit_are_refused(data):
    with pytest.raises(DataError, match=r"present of 6 examples with 3 labels have shape \(5, 3\)"):
        FeatureSet(LABELS, data.ids, data.digests, data.features, data.present[1:], data.known)


def test_two_examples_of_one_id_are_refused(data):
    with pytest.raises(DataError, match="same id"):
        data.select([1, 1])


def test_features_that_are_no_numbers_are_refused(data):
    features = data.features.clone()
    features[3, 1] = torch.nan
    with pytest.raises(DataError, match=f"features of example '{data.ids[3]}' are not finite"):
        FeatureSet(LABELS, data.ids, data.digests, features, data.present, data.known)


def test_held_out_logits_go_with_their_examples_and_labels(data):
    logits = torch.arange(18.0).reshape(6, 3)
    held = replace(data, held_out=logits)
    assert held.digest != data.digest
    assert torch.equal(held.select([4, 1]).held_out, logits[[4, 1]])
    assert torch.equal(held.over(("Can", "Apple", "Banana")).held_out, logits[:, [2, 0, 1]])
    assert held.over((*LABELS, "Zebra")).held_out is None
    with pytest.raises(DataError, match="held_out of 6 examples with 3 labels"):
        replace(data, held_out=logits[1:])
