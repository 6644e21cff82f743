"""A concolic interpreter for Python source: no byte code of the application ever runs.

``load_program`` reads an application; ``Program.run`` runs one of its entries on given answers
of the ML APIs and returns what it asked of them and what it did.
"""

from chameleonapi.analysis.engine.budget import Budget
from chameleonapi.analysis.engine.program import EngineProgram, load_program

__all__ = ["Budget", "EngineProgram", "load_program"]
