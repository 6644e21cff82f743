"""Sources of the corpus with random bytes changed: each ends in a report or a readable error."""

import random
from pathlib import Path

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.errors import ChameleonError

pytestmark = pytest.mark.seconds
SOURCES = sorted((Path(__file__).parents[2] / "corpus").glob("*/*.py"))
BUDGET = Budget(verification_answers=20, seconds=1.0, total_seconds=1.0, verification_seconds=0.2)
PIECES = [b"\0", b"\xff", b"(", b")", b"[", b":", b"\n", b"\t", b"    ", b'"', b"'", b"\\", b"{", b"}", b"%", b"lambda ", b"not ", b"*", b"=", b"async ", b"yield ", b"0", b"1e999", b"\r", b"\xe2\x80\xae"]  # fmt: skip


def mutated(content, rng):
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(content) + 1)
        match rng.randrange(4):
            case 0:
                content = content[:at] + rng.choice(PIECES) + content[at:]
            case 1:
                content = content[:at] + content[at + rng.randint(1, 20) :]
            case 2:
                start = rng.randrange(len(content) + 1)
                content = content[:at] + content[start : start + 40] + content[at:]
            case _:
                content = content[:at]
    return content


def survives(seed, folder):
    rng = random.Random(seed)
    (folder / "main.py").write_bytes(mutated(rng.choice(SOURCES).read_bytes(), rng))
    try:
        report = analyze(folder, budget=BUDGET)
    except ChameleonError as error:
        assert str(error)  # noqa: PT017 - either end is right
        return
    assert report.status.name in {"COMPLETE", "PARTIAL", "UNSUPPORTED"}
    assert not [one for one in report.gaps if one.code == "engine-failure"], report.gaps


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_source_ends_in_a_status(seed, tmp_path):
    survives(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(1000, 4000, 500))
def test_many_damaged_sources_end_in_a_status(start, tmp_path):
    for seed in range(start, start + 500):
        survives(seed, tmp_path)
