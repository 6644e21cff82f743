"""Serve models behind the providers' own interfaces, and run applications against them.

Refuses to talk to any provider, and to look into a model: it takes a ``Predictor``.
"""

from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher import run_application
from chameleonapi.serving.server import RunningServer, start_server

__all__ = ["Endpoint", "RunningServer", "ServerConfig", "run_application", "start_server"]
