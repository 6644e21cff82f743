"""The package itself: what importing it costs and what it refuses to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import chameleonapi


def test_importing_the_package_loads_no_large_library():
    script = (
        "import sys, chameleonapi; "
        "print(sorted({'torch', 'z3', 'numpy', 'rich', 'grpc', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_analysing_loads_no_torch():
    script = (
        "import sys, chameleonapi; chameleonapi.analyze; "
        "print(sorted({'torch', 'numpy', 'grpc', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_reached():
    for name in chameleonapi.__all__:
        assert getattr(chameleonapi, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = chameleonapi.no_such_name
