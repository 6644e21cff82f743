"""Our CBOR against botocore's, and against bytes that are none."""

import io
import tracemalloc

import pytest
from botocore.parsers import RpcV2CBORParser
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.serving.wire.cbor import CborError, dumps, loads

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab", max_size=3), inner),
    max_leaves=20,
)


def without_nulls(value):
    """Leave out what botocore takes for absent."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


@given(VALUES)
def test_what_is_written_is_read_by_us_and_by_botocore(value):
    written = dumps(value)
    assert loads(written) == value
    stream = io.BufferedReader(io.BytesIO(written))
    assert RpcV2CBORParser().parse_data_item(stream) == without_nulls(value)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        # examples of RFC 8949, appendix A
        ("f93e00", 1.5),
        ("fa47c35000", 100000.0),
        ("f7", None),
        ("c1 1a514b67b0", 1363896240),
        ("5f 42 0102 43 030405 ff", bytes([1, 2, 3, 4, 5])),
        ("7f 65 7374726561 64 6d696e67 ff", "streaming"),
        ("9f 01 82 02 03 9f 04 05 ff ff", [1, [2, 3], [4, 5]]),
        ("bf 61 61 01 61 62 9f 02 03 ff ff", {"a": 1, "b": [2, 3]}),
        ("18 64", 100),
    ],
)
def test_forms_that_others_write(data, value):
    assert loads(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    "data",
    [
        "",
        "01 01",
        "18",
        "1c",
        "9f",
        "5f 61 61 ff",
        "bf 01 01 ff",
        "a1 01 01",
        "61 ff",
        "7f 61 ff ff",
        "c0 61 61",
        "c1 f5",
        "f8 20",
        "1f",
        "9b 7fffffffffffffff",
        "bb 7fffffffffffffff",
        "5b 7fffffffffffffff",
        "ff",
    ],
)
def test_bytes_that_are_none(data):
    with pytest.raises(CborError):
        loads(bytes.fromhex(data))


def test_depth_and_size_are_bounded():
    with pytest.raises(CborError, match="too deep"):
        loads(b"\x81" * 100_000 + b"\x00")
    tracemalloc.start()
    try:
        for major in (2, 3, 4, 5):
            with pytest.raises(CborError):
                loads(bytes([major << 5 | 26]) + b"\x7f\xff\xff\xff" + b"\x00" * 1000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=100))
def test_any_bytes_end_in_a_value_or_a_refusal(data):
    try:
        loads(data)
    except CborError:
        return


def test_numbers_beyond_64_bits_are_not_written():
    with pytest.raises(CborError):
        dumps(2**64)
