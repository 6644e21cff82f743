"""Python 2 sources: the repaired source, run by CPython, does what Python 2 would do."""

import contextlib
import io

import pytest

from chameleonapi.analysis.frontend.parsing import parse
from chameleonapi.analysis.frontend.python2 import repair
from chameleonapi.errors import SourceError

# source, what Python 2 prints
PROGRAMS = [
    ("print 'a'; print 'b'", "a\nb\n"),
    ("if 1: print 'a'; print 'b'\nelse: print 'c'", "a\nb\n"),
    ("for x in (1, 2): print x,\nprint", "1 2 \n"),
    ("print ('%s-%s') % (1, 2)", "1-2\n"),
    ("print ('a').upper()", "A\n"),
    ("print 'a' \\\n  'b'  # end", "ab\n"),
    ('print """x\nprint `y`"""', "x\nprint `y`\n"),
    ("print `1, 2` + `'a'`", "(1, 2)'a'\n"),
    ("print '1 <> 2', 1 <> 2, '10L', 10L, 010, '010'", "1 <> 2 True 10L 10 8 010\n"),
    ("print ur'\\d', u'x'", "\\d x\n"),
    ("def f(a, (b, (c, d)), e=5):\n    for x in [a]: print a, b, c, d, e\nf(1, (2, (3, 4)))", "1 2 3 4 5\n"),
    ("def f((a, b)=(1, 2)):\n    'says'\n    return a + b\nprint f(), f((3, 4))", "3 7\n"),
    ("class A:\n    def f(self, (a, b)): print a, b\nA().f((1, 2))", "1 2\n"),
    ("d = {'a': 2, 'b': 1}\nprint sorted(d.items(), key=lambda (k, v): (v, k))", "[('b', 1), ('a', 2)]\n"),
    ("print map(lambda (i, (a, b)), c: i + a * b - c, [(1, (2, 3))], [4])", "[3]\n"),
    ("print map(lambda (x): x + 1, [1])", "[2]\n"),
    ("try:\n    raise ValueError, 'bad: x, y'\nexcept (KeyError, ValueError), e: print e", "bad: x, y\n"),
    ("try:\n    raise ValueError, (1, 2), None\nexcept ValueError, (a, b):\n    print b, a", "2 1\n"),
    ("try:\n    raise ValueError, None\nexcept ValueError, e:\n    print e.args", "()\n"),
    ("exec 'x = 3'\nprint x", "3\n"),
    ("space = {}\nexec 'x = 3' in space\nprint space['x']", "3\n"),
    ("print 7 / 2, 7 / 2.0, len('abc') / 2", "3 3.5 1\n"),
    ("from __future__ import division\nprint 7 / 2", "3.5\n"),
    ("total = 0\nfor x in 'abc': total += 1\nprint total / 2", "1\n"),
    ("def f(n):\n    return n / 2\nprint f(3.0)", "1.5\n"),
    ("print {'a': 1}.keys()[0], filter(None, [0, 1])[0], zip('a', 'b')", "a 1 [('a', 'b')]\n"),
    ("def f(d):\n    list = d.keys()\n    return list[0]\nprint f({'a': 1})", "a\n"),
    ("print 'Cat'.encode('utf-8') == 'Cat', 'Cat'.decode('utf8') == 'Cat'", "True True\n"),
    ("import string\nprint string.lower('ABC'), string.join(['a', 'b'], '-')", "abc a-b\n"),
    ("x = [3, 1, 2]\nx.sort(lambda a, b: b - a)\nprint x, sorted(x, cmp=lambda a, b: a - b)", "[3, 2, 1] [1, 2, 3]\n"),
    ("from __future__ import print_function\nprint('a', end='!')\nx = 1L", "a!"),
    ("def f(async=1): return async\nprint f(async=2)", "2\n"),
    ("import urllib, urllib2\nprint urllib.quote('a b'), urllib.urlencode({'a': 1})", "a%20b a=1\n"),
    ("import StringIO\nprint StringIO.StringIO('x').read()", "x\n"),
    ("if True:\n\tprint 1\n        print 2", "1\n2\n"),
]  # fmt: skip


def run(text):
    source = parse(text, "old.py")
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(source.tree, "old.py", "exec", dont_inherit=True), {"__name__": "old"})
    return source, shown.getvalue()


@pytest.mark.parametrize(("text", "printed"), PROGRAMS)
def test_a_repaired_source_does_what_it_did(text, printed):
    source, shown = run(f"{text}\nx = 0L\n")
    assert shown == printed
    assert source.repaired
    assert source.text.count("\n") == text.count("\n") + 2  # lines stay where they are


@pytest.mark.parametrize(
    "text",
    [
        "print 'a' if x else",
        "def f(a, (b, c):\n    print b",
        "print >>",
        "`a",
        "except X, e:",
    ],
)
def test_what_cannot_be_repaired_is_an_error_at_its_line(text):
    with pytest.raises(SourceError, match="not valid Python 3"):
        parse(text, "old.py")


def test_strings_and_comments_are_left_alone():
    text = "x = '0777 <> `a` 10L print y'  # print `z` <> 0777\nprint x\n"
    assert parse(text, "old.py").text == text.replace("print x", "print(x)")


def test_an_early_python_3_keeps_its_division():
    made = repair("f(async=True)\nx = 7 / 2")
    assert made is not None
    assert not made.is_python_2


def test_a_name_of_the_source_is_not_taken():
    made = repair("_unpacked_1 = 3\nf = lambda (a, b): a")
    assert made is not None
    assert list(made.unpacked) == ["__unpacked_1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"path = 'C:\Users\me'", r"path = 'C:\\Users\me'"),
        (r'path = "C:\\Users\Notes"', r'path = "C:\\Users\\Notes"'),
        (r"path = '\new\u'", r"path = '\new\\u'"),
        (r"path = r'C:\Users'; print 1", r"path = r'C:\Users'; print(1)"),
        (r"name = 'caf\u00e9'; print 1", r"name = 'caf\u00e9'; print(1)"),
    ],
)
def test_a_backslash_before_a_letter_that_starts_no_escape_stays_one(old, new):
    made = repair(old)
    assert made is not None
    assert made.text == new
