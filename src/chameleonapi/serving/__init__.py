"""Serve models behind the providers' own interfaces, and run applications against them.

Refuses to look into a model: it takes a ``Predictor``. Talks to a provider only where
``PassThrough`` says so.
"""

from chameleonapi.serving.callers import Caller, Callers, read_callers
from chameleonapi.serving.config import AdminConfig, PassThrough, ServerConfig, Shadowing
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher import run_application
from chameleonapi.serving.operation.deployment import DeployedModel, Deployment
from chameleonapi.serving.operation.logs import configure_logs
from chameleonapi.serving.operation.prices import PriceList
from chameleonapi.serving.operation.token import AdminToken, read_token_file
from chameleonapi.serving.replay import ReplayPredictor
from chameleonapi.serving.server import RunningServer, start_server

__all__ = [
    "AdminConfig",
    "AdminToken",
    "Caller",
    "Callers",
    "DeployedModel",
    "Deployment",
    "Endpoint",
    "PassThrough",
    "PriceList",
    "ReplayPredictor",
    "RunningServer",
    "ServerConfig",
    "Shadowing",
    "configure_logs",
    "read_callers",
    "read_token_file",
    "run_application",
    "start_server",
]
