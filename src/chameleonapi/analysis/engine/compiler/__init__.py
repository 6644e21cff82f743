"""Turn syntax trees into closures over a frame, once per file.

Every statement becomes a function of the frame that returns how it ended, every expression
a function of the frame that returns its value. No byte code of the application is made.
"""

from chameleonapi.analysis.engine.compiler import (  # noqa: F401 - they register what they compile
    assignments,
    calls,
    comprehensions,
    definitions,
    expressions,
    generators,
    imports,
    patterns,
    statements,
)
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, compile_module

__all__ = ["Code", "Compiler", "compile_module"]
