"""Parsers of what strangers send return or refuse, whatever comes."""

import json
import random
import warnings

import pytest

from chameleonapi.decision import DecisionProcess
from fuzzed_parsers import PARSERS

PIECES = [b"", b"\xff", b"\x00", b"\x80" * 9, b"null", b"{}", b"[", b"-1", b"1e999", b'"\\ud800"']


@pytest.mark.filterwarnings("ignore")  # a picture that is cut off, an escape that Python warns of
@pytest.mark.parametrize("name", PARSERS)
def test_bytes_changed_in_a_few_places(name):
    parser, drawn = PARSERS[name], random.Random(0)
    assert parser(parser.seeds[0])
    for _ in range(300):
        data = drawn.choice(parser.seeds)
        for _ in range(drawn.randint(1, 4)):
            start = drawn.randint(0, len(data))
            end = min(len(data), start + drawn.randint(0, 6))
            piece = drawn.choice([*PIECES, data[start:end] * 2, drawn.randbytes(3)])
            data = data[:start] + piece + data[end:]
        parser(data)


def test_the_seed_of_records_is_one():
    assert DecisionProcess.from_json(json.loads(PARSERS["records"].seeds[0])).id == "app"


@pytest.mark.parametrize("name", PARSERS)
def test_every_beginning(name):
    parser = PARSERS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in parser.seeds:
            for size in range(0, len(seed), 1 + len(seed) // 60):
                parser(seed[:size])
