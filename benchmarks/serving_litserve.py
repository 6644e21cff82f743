# ruff: noqa: INP001
"""What ``serving_speed.py`` compares REST with: LitServe and a model that does nothing.

Runs in an environment of its own, without chameleonapi.
"""

from __future__ import annotations

import base64
import sys
from typing import Any

import litserve

_LABELS = [
    {"description": f"Label {number}", "score": 0.95 - number / 25, "topicality": 0.95}
    for number in range(10)
]


class NoOp(litserve.LitAPI):  # type: ignore[misc]  # it has no types here
    """Decodes the picture from the request, as any model needs it, and answers a constant."""

    def setup(self, device: str) -> None:
        """Load nothing."""

    # LitServe reads annotations, and takes "dict" for a form to be checked.
    def decode_request(self, request):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        """Return the pictures."""
        return [base64.b64decode(one["image"]["content"]) for one in request["requests"]]

    def predict(self, pictures: list[bytes]) -> list[bytes]:
        """Return what came."""
        return pictures

    def encode_response(self, output: list[bytes]) -> dict[str, Any]:
        """Return the constant for each picture."""
        return {"responses": [{"labelAnnotations": _LABELS} for _ in output]}


if __name__ == "__main__":
    api = NoOp(api_path="/v1/images:annotate")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False)
