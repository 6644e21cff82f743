"""Run an unmodified application against a server of ours."""

from chameleonapi.serving.launcher.run import run_application

__all__ = ["run_application"]
