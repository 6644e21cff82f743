"""Settings of hypothesis: no clock in tests, and in CI the same examples every time."""

import os

from hypothesis import settings

# A slow machine is no defect; what time may be spent is the business of benchmarks.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
