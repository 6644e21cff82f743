"""The room as a whole: what it loads, and what its page says."""

import subprocess
import sys
from pathlib import Path

import pytest

from chameleonapi.serving import ServerConfig, Shadowing
from chameleonapi.serving.launcher.hosts import AWS_SERVICES, GOOGLE_HOSTS
from chameleonapi.serving.recording import MAX_FILE_BYTES
from chameleonapi.serving.wire.aws_comprehend import MAX_BATCH
from chameleonapi.serving.wire.google_vision import MAX_IMAGES

PAGE = Path(__file__).parents[2] / "docs" / "serving.md"


def test_importing_the_room_is_light():
    code = (
        "import sys, chameleonapi.serving;"
        "print([n for n in ('grpc', 'uvicorn', 'google', 'botocore', 'cryptography', 'torch', 'numpy')"
        " if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_serving_never_loads_torch():
    code = (
        "import sys, chameleonapi.serving.app, chameleonapi.serving.grpc, chameleonapi.serving.http;"
        "print([n for n in ('torch', 'numpy', 'PIL', 'chameleonapi.models') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words",
    [
        f"{ServerConfig().max_waiting}\ninputs",
        f"{ServerConfig().max_waiting_bytes // 2**20} MiB",
        f"{ServerConfig().max_request_bytes // 2**20} MiB",
        f"{ServerConfig().read_timeout_seconds:.0f} s for a body",
        f"Up to {MAX_IMAGES} images",
        f"{MAX_BATCH} texts in a batch",
        f"stops growing at {MAX_FILE_BYTES >> 30} GiB",
        f"when {Shadowing({}).max_waiting} of them wait",
        f"up to {Shadowing({}).max_sample_bytes >> 20} MiB in all",
        *GOOGLE_HOSTS[::3],
        *(f"AWS_ENDPOINT_URL_{one.upper()}" for one in AWS_SERVICES),
    ],
)
def test_the_page_tells_the_numbers_and_names_of_the_code(words):
    assert " ".join(words.split()) in " ".join(PAGE.read_text().split())
