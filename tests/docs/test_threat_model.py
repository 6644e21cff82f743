"""Every promise of the threat model names a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")


def test_the_tests_that_it_names_are_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 25
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []


def test_every_threat_has_one():
    table = PAGE.split("## Surface by surface")[1].split("## What is not defended")[0]
    rows = [line for line in table.splitlines() if line.startswith("| **")]
    assert len(rows) > 15
    assert [row for row in rows if "::test_" not in row.split("|")[3]] == []
