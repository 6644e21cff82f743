"""What a repaired source means where Python 3 would take it for something else.

The tree is changed in place: parameters and exceptions that are unpacked, lists where Python 3
has views and iterators, division of evident integers, text that is its own bytes, modules that
have another name now.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, Final, TypeVar

__all__ = ["apply_python_2"]

_Node = TypeVar("_Node", bound=ast.AST)

_LISTS: Final = frozenset({"map", "filter", "zip"})
_VIEWS: Final = frozenset({"keys", "values", "items"})
_TEXT_CODECS: Final = frozenset({"utf-8", "utf8", "utf_8", "ascii", "latin-1", "latin1", "cp1252"})
_INTEGERS: Final = frozenset({"len", "int", "long", "ord"})
_STRING_FUNCTIONS: Final = frozenset(
    ["lower", "upper", "strip", "lstrip", "rstrip", "split", "replace", "find", "count", "title"]
)
_MODULES: Final = {
    "__builtin__": "builtins",
    "ConfigParser": "configparser",
    "Queue": "queue",
    "StringIO": "io",
    "cStringIO": "io",
    "cPickle": "pickle",
    "Tkinter": "tkinter",
    "thread": "_thread",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "httplib": "http.client",
    "BaseHTTPServer": "http.server",
    "HTMLParser": "html.parser",
}
_URLLIB: Final = {
    "urlopen": "request",
    "urlretrieve": "request",
    "urlencode": "parse",
    "quote": "parse",
    "quote_plus": "parse",
    "unquote": "parse",
    "unquote_plus": "parse",
}


def apply_python_2(tree: ast.Module, unpacked: Mapping[str, str], *, is_python_2: bool) -> None:
    """Give a tree the meaning that its source has in Python 2.

    Args:
        tree: of the repaired source.
        unpacked: the tuples of names that stood where the repair has put a name.
        is_python_2: whether the source is Python 2 beyond doubt.
    """
    if unpacked:
        _Unpacking(unpacked).visit(tree)
    if is_python_2:
        _Meaning(tree).visit(tree)
    ast.fix_missing_locations(tree)


def _at(node: _Node, place: ast.AST) -> _Node:
    for one in ast.walk(node):
        if isinstance(one, (ast.expr, ast.stmt, ast.arg)) and not hasattr(one, "lineno"):
            ast.copy_location(one, place)
    return node


class _Unpacking(ast.NodeTransformer):
    """Unpacks parameters where the body begins."""

    def __init__(self, unpacked: Mapping[str, str]) -> None:
        self._unpacked = unpacked

    def _targets(self, arguments: ast.arguments) -> list[tuple[str, str]]:
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        return [(one.arg, self._unpacked[one.arg]) for one in every if one.arg in self._unpacked]

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body[:0] = [
            _assignment(target, ast.Name(name, ast.Load()), node)
            for name, target in self._targets(node.args)
        ]
        return node

    visit_FunctionDef = _definition  # noqa: N815 - the names that NodeTransformer looks for
    visit_AsyncFunctionDef = _definition  # noqa: N815 - likewise

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        for name, target in reversed(self._targets(node.args)):
            node.body = _called(target, ast.Name(name, ast.Load()), node.body)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        target = self._unpacked.get(node.name or "")
        if target is not None:
            caught: ast.expr = ast.Name(node.name or "", ast.Load())
            if target.startswith("("):
                caught = ast.Attribute(caught, "args", ast.Load())
            node.body.insert(0, _assignment(target, caught, node))
        return node


def _assignment(target: str, value: ast.expr, place: ast.AST) -> ast.stmt:
    made: Any = ast.parse(f"{target} = 0").body[0]
    for one in ast.walk(made):
        for field in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            one.__dict__.pop(field, None)
    made.value = value
    statement: ast.stmt = _at(made, place)
    return statement


def _called(target: str, value: ast.expr, body: ast.expr) -> ast.expr:
    """Return ``(lambda a, b: body)(*value)``; tuples inside of the tuple likewise."""
    elements = ast.parse(target, mode="eval").body
    assert isinstance(elements, ast.Tuple)
    names = []
    for index, one in enumerate(elements.elts):
        if isinstance(one, ast.Name):
            names.append(one.id)
        else:
            name = f"{value.id if isinstance(value, ast.Name) else ''}_{index}"
            names.append(name)
            body = _called(ast.unparse(one), ast.Name(name, ast.Load()), body)
    arguments = ast.arguments([], [ast.arg(one) for one in names], None, [], [], None, [])
    starred = ast.Starred(value, ast.Load())
    return _at(ast.Call(ast.Lambda(arguments, body), [starred], []), body)


class _Meaning(ast.NodeTransformer):
    def __init__(self, tree: ast.Module) -> None:
        stored: set[str] = set()
        self._floors = True
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                stored.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stored.add(node.id)
            elif isinstance(node, ast.ImportFrom) and node.module == "__future__":
                self._floors &= all(one.name != "division" for one in node.names)
        self._own = frozenset(stored)
        self._integers = _integer_names(tree)

    # -- lists

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Name) and function.id not in self._own:
            if function.id in _LISTS:
                return _listed(node)
            if function.id == "unicode" and len(node.args) > 1:
                return node.args[0]
            if function.id == "sorted" and len(node.args) == 2:
                node.keywords.append(_by_order(node.args.pop()))
            self._orders(node, function.id == "sorted")
        elif isinstance(function, ast.Attribute):
            return self._method(node, function)
        return node

    def _method(self, node: ast.Call, function: ast.Attribute) -> ast.AST:
        name, count = function.attr, len(node.args) + len(node.keywords)
        owner = function.value
        if name in _VIEWS and count == 0:
            return _listed(node)
        if isinstance(owner, ast.Name) and owner.id == "string" and "string" not in self._own:
            return _string_function(node, name)
        if name in {"encode", "decode"} and _is_text_codec(node):
            if name == "encode":
                return owner  # a text and its bytes are equal
            return _text_or_decoded(node, owner)
        if name == "sort" and len(node.args) == 1:
            node.keywords.append(_by_order(node.args.pop()))
        self._orders(node, name == "sort")
        return node

    @staticmethod
    def _orders(node: ast.Call, sorts: bool) -> None:
        for one in node.keywords if sorts else ():
            if one.arg == "cmp":
                changed = _by_order(one.value)
                one.arg, one.value = changed.arg, changed.value

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        node.iter = _unlisted(node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.iter = _unlisted(node.iter)
        return node

    # -- division

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and self._floors:
            both = (node.left, node.right)
            if all(_is_integer(one, self._integers) for one in both):
                node.op = ast.FloorDiv()
        return node

    # -- modules

    def visit_Import(self, node: ast.Import) -> ast.AST:
        made = []
        for one in node.names:
            if one.name == "urllib":
                made += [ast.alias("urllib.request"), ast.alias("urllib.parse")]
                if one.asname:
                    made.append(one)
            elif one.name in _MODULES:
                made.append(ast.alias(_MODULES[one.name], one.asname or one.name))
            else:
                made.append(one)
        node.names = made
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if not node.level:
            node.module = _MODULES.get(node.module or "", node.module)
            if node.module == "urllib":
                inner = {_URLLIB.get(one.name, "parse") for one in node.names}
                node.module = f"urllib.{min(inner)}"
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        owner = node.value
        if isinstance(owner, ast.Name) and owner.id == "urllib" and node.attr in _URLLIB:
            node.value = _at(ast.Attribute(owner, _URLLIB[node.attr], ast.Load()), node)
        return node


def _listed(node: ast.expr) -> ast.expr:
    """Return ``[*node]``, which means a list also where the source has a ``list`` of its own."""
    return ast.copy_location(_at(ast.List([ast.Starred(node, ast.Load())], ast.Load()), node), node)


def _unlisted(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.List) and len(node.elts) == 1:
        only = node.elts[0]
        if isinstance(only, ast.Starred) and node.col_offset == only.value.col_offset:
            return only.value
    return node


def _by_order(function: ast.expr) -> ast.keyword:
    module = ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant("functools")], [])
    maker = ast.Attribute(module, "cmp_to_key", ast.Load())
    return ast.keyword("key", _at(ast.Call(maker, [function], []), function))


def _string_function(node: ast.Call, name: str) -> ast.AST:
    if name in _STRING_FUNCTIONS and node.args:
        first, *rest = node.args
    elif name in {"join", "joinfields"} and node.args:
        first = node.args[1] if len(node.args) > 1 else _at(ast.Constant(" "), node)
        rest, name = [node.args[0]], "join"
    else:
        return node
    method = _at(ast.Attribute(first, name, ast.Load()), node)
    return ast.copy_location(ast.Call(method, rest, node.keywords), node)


def _is_text_codec(node: ast.Call) -> bool:
    if not all(isinstance(one, ast.Constant) for one in node.args):
        return False
    if not node.args:
        return not node.keywords
    codec = node.args[0]
    return isinstance(codec, ast.Constant) and str(codec.value).lower() in _TEXT_CODECS


def _text_or_decoded(node: ast.Call, owner: ast.expr) -> ast.expr:
    made = ast.parse("(lambda _given: _given if isinstance(_given, str) else 0)(0)", mode="eval")
    call: Any = made.body
    for one in ast.walk(call):
        for field in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            one.__dict__.pop(field, None)
    decoded = ast.Attribute(ast.Name("_given", ast.Load()), "decode", ast.Load())
    call.func.body.orelse = ast.Call(decoded, node.args, node.keywords)
    call.args = [owner]
    result: ast.expr = ast.copy_location(_at(call, node), node)
    return result


# -- what is an integer beyond doubt


def _integer_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that only ever hold integers, wherever in the module they are bound."""
    values: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                single = isinstance(target, ast.Name)
                for name in _stored(target):
                    values.setdefault(name, []).append(node.value if single else None)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            is_kept = isinstance(node.op, (ast.Add, ast.Sub, ast.Mult))
            values.setdefault(node.target.id, []).append(node.value if is_kept else None)
        elif isinstance(node, (ast.For, ast.comprehension)):
            for name in _stored(node.target):
                values.setdefault(name, []).append(None)
        elif isinstance(node, ast.arg):
            values.setdefault(node.arg, []).append(None)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                for name in _stored(item.optional_vars):
                    values.setdefault(name, []).append(None)
    known = frozenset(values)
    while True:
        kept = frozenset(
            name
            for name in known
            if all(one is not None and _is_integer(one, known) for one in values[name])
        )
        if kept == known:
            return kept
        known = kept


def _stored(target: ast.AST | None) -> list[str]:
    every = ast.walk(target) if target is not None else ()
    return [one.id for one in every if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]


def _is_integer(node: ast.expr, names: frozenset[str]) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.UnaryOp):
        return _is_integer(node.operand, names)
    if isinstance(node, ast.BinOp):
        operators = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div)
        both = _is_integer(node.left, names) and _is_integer(node.right, names)
        return both and isinstance(node.op, operators)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr == "count"
        return isinstance(node.func, ast.Name) and node.func.id in _INTEGERS
    return False
