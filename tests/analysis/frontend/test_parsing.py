import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chameleonapi.analysis.frontend.parsing import decode, parse
from chameleonapi.analysis.frontend.python2 import repair
from chameleonapi.errors import SourceError

REPAIRS = [
    ("print 'a'", "print('a')"),
    ("print 'a', b", "print('a', b)"),
    ("print", "print()"),
    ("if x: print 'a'", "if x: print('a')"),
    ("print ('a'), b", "print(('a'), b)"),
    ("print 'a' % b  # said", "print('a' % b)  # said"),
    ("print >>f, 'a'", "print('a', file=f)"),
    ("print 'a',", "print('a', end=' ')"),
    ("raise ValueError, 'x'", "raise ValueError('x')"),
    ("x = 0777", "x = 0o777"),
    ("x = 10L", "x = 10"),
    ("x = a <> b", "x = a != b"),
    ("x = ur'a'", "x = r'a'"),
    ("x = `y`", "x = repr(y)"),
    ("exec code", "exec(code)"),
    ("try: pass\nexcept (A, B), e: pass", "try: pass\nexcept (A, B) as e: pass"),
]


@pytest.mark.parametrize(("old", "new"), REPAIRS)
def test_python_2_is_repaired_line_by_line(old, new):
    # some of these are Python 3 as well, and mean something else: the last line is not
    source = parse(f"{old}\nprint 'end'", "old.py")
    assert source.repaired
    assert source.text == f"{new}\nprint('end')"


@pytest.mark.parametrize(
    "text",
    [
        "print('a')",
        "x = {'print': 1}",
        "printer = 3",
        "x = 0",
        "y = 'print me'",
        "print(a, end='')",
    ],
)
def test_python_3_is_left_alone(text):
    assert parse(text, "new.py").repaired == ""
    assert repair(text) is None or ast.parse(repair(text)[0])


def test_an_error_has_its_place():
    with pytest.raises(SourceError, match=r"app\.py:2:\d+: this is not valid Python 3") as caught:
        parse("x = 1\ndef f(:\n", "app.py")
    assert caught.value.line == 2


@given(st.text(max_size=200))
@example("print 'a'\n\tx")
@example("\x00")
@example("x = '\ud800'")
@example("(" * 500)
def test_any_text_ends_in_a_tree_or_an_error(text):
    try:
        source = parse(text, "x.py")
    except SourceError as error:
        assert "x.py" in str(error)  # noqa: PT017 - either is right
    else:
        assert isinstance(source.tree, ast.Module)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_text_or_an_error(content):
    try:
        assert isinstance(decode(content, "x.py"), str)
    except SourceError as error:
        assert b"\0" in content or "x.py" in str(error)  # noqa: PT017 - either is right
