"""Turn syntax trees into closures over a frame, once per file.

Every statement becomes a function of the frame that returns how it ended, every expression
a function of the frame that returns its value. No byte code of the application is made.
"""

import chameleonapi.analysis.engine.compiler.assignments
import chameleonapi.analysis.engine.compiler.calls
import chameleonapi.analysis.engine.compiler.comprehensions
import chameleonapi.analysis.engine.compiler.definitions
import chameleonapi.analysis.engine.compiler.expressions
import chameleonapi.analysis.engine.compiler.generators
import chameleonapi.analysis.engine.compiler.imports
import chameleonapi.analysis.engine.compiler.patterns
import chameleonapi.analysis.engine.compiler.statements  # noqa: F401 - each registers its nodes
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, compile_module

__all__ = ["Code", "Compiler", "compile_module"]
