"""What stands in answers is written by its shape, and the answer stays as it was."""

import base64
import copy

import pytest
from botocore.model import DenormalizedStructureBuilder, ServiceModel

from chameleonapi.serving.wire.aws_forms import CBOR, JSON
from chameleonapi.serving.wire.aws_write import Writing

FOREST = {
    "metadata": {},
    "shapes": {
        "Tree": {
            "type": "structure",
            "members": {"Weight": {"shape": "Number"}, "Children": {"shape": "Trees"}},
        },
        "Trees": {"type": "list", "member": {"shape": "Tree"}},
        "Number": {"type": "float"},
    },
}


@pytest.mark.parametrize("form", [JSON, CBOR])
def test_blobs_and_floats_at_any_depth(form):
    shape = DenormalizedStructureBuilder().with_members(
        {
            "Share": {"type": "float"},
            "Count": {"type": "integer"},
            "Parts": {
                "type": "list",
                "member": {"type": "structure", "members": {"Raw": {"type": "blob"}}},
            },
        }
    ).build_model()  # fmt: skip
    answer = {"Share": 1, "Count": 1, "Parts": [{"Raw": b"ab"}, {}]}
    before = copy.deepcopy(answer)
    raw = base64.b64encode(b"ab").decode() if form is JSON else b"ab"
    written = Writing(form).written(shape, answer)
    assert repr(written) == repr({"Share": 1.0, "Count": 1, "Parts": [{"Raw": raw}, {}]})
    assert answer == before


def test_what_holds_neither_is_handed_on():
    shape = DenormalizedStructureBuilder().with_members({"Name": {"type": "string"}}).build_model()
    answer = {"Name": "Dog"}
    assert Writing(JSON).written(shape, answer) is answer


def test_a_shape_that_holds_itself():
    shape = ServiceModel(FOREST).shape_for("Tree")
    tree = {"Weight": 3, "Children": [{"Weight": 2, "Children": [{"Weight": 1}]}]}
    written = Writing(JSON).written(shape, tree)
    assert repr(written) == repr(
        {"Weight": 3.0, "Children": [{"Weight": 2.0, "Children": [{"Weight": 1.0}]}]}
    )
