"""Serve models behind the providers' own interfaces, and run applications against them.

Refuses to look into a model: it takes a ``Predictor``. Talks to a provider only where
``PassThrough`` says so.
"""

from chameleonapi.serving.config import PassThrough, ServerConfig, Shadowing
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher import run_application
from chameleonapi.serving.replay import ReplayPredictor
from chameleonapi.serving.server import RunningServer, start_server

__all__ = [
    "Endpoint",
    "PassThrough",
    "ReplayPredictor",
    "RunningServer",
    "ServerConfig",
    "Shadowing",
    "run_application",
    "start_server",
]
