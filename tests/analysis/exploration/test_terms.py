"""Terms over the numbers of one element: lifted from expressions, and solved by sampling."""

from __future__ import annotations

import math
import operator
import random
from typing import Any

import pytest

from chameleonapi.analysis.exploration.cells import Cells
from chameleonapi.analysis.exploration.dimensions import NumberDimension
from chameleonapi.analysis.exploration.terms import cuts_of, element_question, evaluate
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.apis import FieldKind, FieldSpec
from chameleonapi.decision import Arithmetic, Constant, Field, Function, Number

X, Y = Leaf("faces", 0, "x"), Leaf("faces", 0, "y")
SPECS = [FieldSpec(name, FieldKind.NUMBER, default=0.0) for name in "xy"]


def do(name: str, function: Any, *parts: Any) -> Expression:
    return Expression(name, function, parts)


PRODUCT = do("*", operator.mul, X, Y)


@pytest.mark.parametrize(
    ("expression", "term", "sign", "limit"),
    [
        (do(">", operator.gt, PRODUCT, 0.5), Arithmetic("*", Field("x"), Field("y")), ">", 0.5),
        (
            do(">", operator.gt, do("*", operator.mul, Y, X), 0.5),
            Arithmetic("*", Field("x"), Field("y")),
            ">",
            0.5,
        ),
        (do("<", operator.lt, 0.5, PRODUCT), Arithmetic("*", Field("x"), Field("y")), ">", 0.5),
        (do(">=", operator.ge, Y, X), Arithmetic("-", Field("x"), Field("y")), "<=", 0.0),
        (
            do("==", operator.eq, do("max", max, X, Y), 1),
            Function("max", (Field("x"), Field("y"))),
            "==",
            1.0,
        ),
        (
            do("can /", operator.truediv, X, do("-", operator.sub, X, Y)),
            Arithmetic("-", Field("x"), Field("y")),
            "!=",
            0.0,
        ),
    ],
)
def test_a_comparison_becomes_a_term_and_a_limit(
    expression: Expression, term: Number, sign: str, limit: float
) -> None:
    found = element_question(expression)
    assert found is not None
    assert (found.term, found.sign, found.limit) == (term, sign, limit)


@pytest.mark.parametrize(
    "expression",
    [
        do(">", operator.gt, do("math.sin", math.sin, PRODUCT), 0.5),
        do(">", operator.gt, PRODUCT, "a"),
        do("in", lambda a, b: a in b, PRODUCT, (1, 2)),
    ],
)
def test_what_no_term_says_is_no_question(expression: Expression) -> None:
    assert element_question(expression) is None


def test_a_term_means_what_the_expression_computes() -> None:
    inner = do("/", operator.truediv, do("+", operator.add, X, 3), do("abs", abs, Y))
    whole = do("<", operator.lt, do("round", round, do("unary -", operator.neg, inner), 1), PRODUCT)
    found = element_question(whole)
    assert found is not None
    rng = random.Random(3)
    compare = {"<": operator.lt, ">": operator.gt}[found.sign]
    for _ in range(200):
        x, y = rng.uniform(-2, 2), rng.uniform(-2, 2)
        value = evaluate(found.term, {"x": x, "y": y})
        assert value is not None
        assert compare(value, found.limit) == whole.evaluate({X: x, Y: y})


def product(*limits: tuple[str, float]) -> NumberDimension:
    made = NumberDimension(
        FieldSpec("(x * y)", FieldKind.NUMBER), Arithmetic("*", Field("x"), Field("y")), SPECS
    )
    for sign, limit in limits:
        made.refine(cuts_of(sign, limit))
    return made


def test_cells_reach_every_possible_combination_and_no_other() -> None:
    area = product((">", 0.999), (">", 0.25))
    wide = NumberDimension(SPECS[0])
    wide.refine(cuts_of("<", 0.5))
    cells = Cells((area, wide), SPECS)
    found = {(i, j) for i in range(3) for j in range(2) if (i, j) in cells}
    assert found == {(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)}  # a narrow box is never so large
    rng = random.Random(1)
    for bins in found:
        for _ in range(20):
            values = cells.values(bins, 0, rng)
            assert (area.bin_of(values), wide.bin_of(values)) == bins


def test_cells_hold_neighbours_of_the_border() -> None:
    area = product((">", 0.25))
    cells = Cells((area,), SPECS)
    rng = random.Random(1)
    below = max(row["x"] * row["y"] for row in (cells.values((0,), 0, rng) for _ in range(4_000)))
    above = min(row["x"] * row["y"] for row in (cells.values((1,), 0, rng) for _ in range(4_000)))
    assert below <= 0.25 < above
    assert above - below < 1e-6


def test_a_term_without_a_value_has_a_bin_but_no_test() -> None:
    ratio = NumberDimension(
        FieldSpec("(x / y)", FieldKind.NUMBER), Arithmetic("/", Field("x"), Field("y")), SPECS
    )
    ratio.refine(cuts_of(">", 1.0))
    assert ratio.count == 3
    assert ratio.bin_of({"x": 1.0, "y": 0.0}) == 2
    assert ratio.read({"x": 1.0}) == 2  # an absent number is zero
    assert ratio.test(frozenset({1, 2})) is None
    assert ratio.test(frozenset({1})) is not None


def test_equality_of_two_fields_is_found() -> None:
    same = NumberDimension(
        FieldSpec("(x - y)", FieldKind.NUMBER), Arithmetic("-", Field("x"), Field("y")), SPECS
    )
    same.refine(cuts_of("==", 0.0))
    cells = Cells((same,), SPECS)
    assert all((i,) in cells for i in range(3))


def test_constants_are_worked_out() -> None:
    scaled = do("*", operator.mul, X, do("/", operator.truediv, 1, 4))
    found = element_question(do("<", operator.lt, scaled, Y))
    assert found is not None
    assert Constant(0.25) in {found.term.left.left, found.term.left.right}  # type: ignore[union-attr]
