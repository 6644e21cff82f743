"""What can be asked and read is in the documentation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chameleonapi.serving.operation.exposition import METRICS
from chameleonapi.serving.operation.openapi import OPERATIONS

PAGE = (Path(__file__).parents[2] / "docs" / "operation.md").read_text()


@pytest.mark.parametrize("name", METRICS)
def test_each_metric_is_documented(name):
    assert re.search(rf"`{name}(_total|_info)?`", PAGE)


def test_each_metric_that_is_documented_exists():
    named = set(re.findall(r"`(chameleon_\w+)`", PAGE))
    assert {re.sub(r"_total$|_info$", "", one) for one in named} == set(METRICS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_each_address_is_documented(operation):
    assert operation.path.replace("{application}", "NAME") in PAGE


def test_each_option_that_is_documented_exists():
    usage = subprocess.run(
        [sys.executable, "-m", "chameleonapi", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    written = "\n".join(one for one in PAGE.splitlines() if "docker" not in one)
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", written))
    assert {"--admin-port", "--log-format", "--hosts-port"} <= options
    assert not {one for one in options if one not in usage}
