"""Names that hold objects of the application's own classes, as far as the eye can see.

After ``photo = Photo(client)``, ``photo.detect_labels()`` is no call of an API if ``Photo`` has
such a method.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chameleonapi.analysis.frontend.parsing import Source

__all__ = ["OwnObjects"]


@dataclass(frozen=True, slots=True)
class OwnObjects:
    """What names are assigned, all over a project.

    Attributes:
        methods: of each class, by its name.
        made: the classes that each name is made of; an empty name for anything else.
    """

    methods: dict[str, set[str]]
    made: dict[str, set[str]]

    @classmethod
    def of(cls, sources: Mapping[str, Source]) -> OwnObjects:
        """Return what is assigned in these sources."""
        found = cls({}, {})
        for source in sources.values():
            for node in ast.walk(source.tree):
                if isinstance(node, ast.ClassDef):
                    found.methods.setdefault(node.name, set()).update(_functions(node))
                for target, value in _assigned(node):
                    found.made.setdefault(target, set()).add(_class_name(value))
        return found

    def has_method(self, function: ast.Attribute) -> bool:
        """Return whether an attribute is a method of the application's own, whatever it is called.

        Args:
            function: what is called.
        """
        if isinstance(function.value, ast.Call):
            classes = {_class_name(function.value)}
        else:
            classes = self.made.get(_name(function.value), set())
        return bool(classes) and all(function.attr in self.methods.get(one, ()) for one in classes)


def _functions(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield one.name


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the simple names that a node assigns, and to what; None if that is not to be seen."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                for one in target.elts:
                    yield _name(one), None
            else:
                yield _name(target), node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr, ast.AugAssign)):
        yield _name(node.target), node.value
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield _name(node.target), None
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield _name(node.optional_vars), None
    elif isinstance(node, ast.arg):
        yield node.arg, None


def _class_name(value: ast.expr | None) -> str:
    """Return the simple name of what is called, an empty one if nothing is."""
    return _name(value.func) if isinstance(value, ast.Call) else ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
