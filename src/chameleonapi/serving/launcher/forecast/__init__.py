"""Which clients an application calls ML APIs with, and whether the launcher takes them over.

Reads sources and installed packages' names; runs nothing, neither the application nor its
interpreter. Refuses to guess: what it cannot tell is said to be so.
"""

from chameleonapi.serving.launcher.forecast.clients import Finding, Verdict
from chameleonapi.serving.launcher.forecast.forecast import Forecast, forecast_command

__all__ = ["Finding", "Forecast", "Verdict", "forecast_command"]
