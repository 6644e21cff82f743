"""Run a graph of strangers once: a process of its own, with bounds on memory and time.

``python onnx_probe.py ASKED < MODEL`` prints the shape of an output, or what was wrong. ASKED is
JSON: the shape, type and value of each input (random numbers where there is no value), and the
number of the output. Imports nothing of ours, so that it starts fast.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

_MAX_MEMORY_BYTES: Final = 8 * 1024**3
_MAX_CPU_SECONDS: Final = 60


def _main() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, _MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, _MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    import numpy as np
    import onnxruntime

    asked = json.loads(sys.argv[1])
    said: dict[str, object] = {"shape": None}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            sys.stdin.buffer.read(), options, providers=["CPUExecutionProvider"]
        )
        drawn = np.random.default_rng(0)
        fed = {
            name: (
                drawn.standard_normal(one["shape"], np.float32)
                if one["value"] is None
                else np.full(one["shape"], one["value"], one["type"])
            )
            for name, one in asked["inputs"].items()
        }
        output = session.run(None, fed)[asked["output"]]
        if output.dtype == np.float32:
            said["shape"] = list(output.shape)
        else:
            said["error"] = f"its output is of the type {output.dtype}"
    except Exception as error:  # noqa: BLE001  its errors have no common base
        said["error"] = " ".join(str(error).split())[:300]
    print(json.dumps(said))  # noqa: T201  this is the answer


if __name__ == "__main__":
    _main()
