import os
import sys

import pytest

from chameleonapi.analysis.engine import Budget, load_program
from chameleonapi.analysis.trace import End
from chameleonapi.apis import api_ids
from chameleonapi.errors import SourceError

pytestmark = pytest.mark.seconds
LABEL = "google.vision.label_detection"
ANSWER = {"labelAnnotations": [{"description": "Dog", "score": 0.9}]}
DEFAULT = {**{key: {} for key in api_ids()}, LABEL: ANSWER}
CALL = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
name = labels[0].description
"""


def run(tmp_path, source, **budget):
    (tmp_path / "app.py").write_text(source)
    program = load_program(tmp_path / "app.py", budget=Budget(**{"seconds": 3.0, **budget}))
    return program.run(program.entries[0], {}, {}, default=DEFAULT)


ENDLESS = {
    "while true": "while True: pass",
    "while true with call": "while True: name.lower()",
    "endless generator": "def g():\n    while True: yield 1\nsum(g())",
    "endless iterator": "import itertools\nfor x in itertools.count(): pass",
    "cycle in list": "import itertools\nlist(itertools.cycle([1]))",
    "huge range": "list(range(10**12))",
    "sum of range": "sum(range(10**12))",
    "exponential recursion": "def f(n):\n    return f(n-1) + f(n-1) if n else 1\nf(60)",
    "deep recursion": "def f(n):\n    return f(n+1)\nf(0)",
    "mutual recursion through methods": "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nA().b",
    "recursive repr": "class A:\n    def __repr__(self): return repr(self)\nprint(str(A()))",
    "recursive eq": "class A:\n    def __eq__(self, o): return self == o\nA() == A()",
    "string repetition": "x = 'a' * 10**10",
    "string doubling": "x = 'a'\nwhile True: x += x",
    "doubling of an unknown text": "import elsewhere\nx = f'{elsewhere.a()}{elsewhere.b()}'\nwhile True: x = f'{x}{x}'",
    "brackets around an unknown text": "import elsewhere\nx = ''\nfor i in range(10**6): x = '(' + x + elsewhere.a() + ')'",
    "tainted doubling": "while True: name = name + name",
    "list doubling": "x = [1]\nwhile True: x = x + x",
    "list extends itself": "x = [1]\nwhile True: x.extend(x)",
    "list repetition": "x = [0] * 10**10",
    "big power": "x = 10 ** 10 ** 10",
    "power in steps": "x = 3\nwhile True: x = x * x",
    "big shift": "x = 1 << 10**12",
    "factorial": "import math\nmath.factorial(10**8)",
    "bytes": "x = bytes(10**11)",
    "padding": "x = 'a'.ljust(10**11)",
    "format width": "x = '{:>99999999999}'.format('a')",
    "f-string width": "x = f'{1:>99999999999}'",
    "percent width": "x = '%99999999999d' % 1",
    "replace bomb": "x = 'a' * 1000\nfor i in range(9): x = x.replace('a', 'a' * 1000)",
    "join bomb": "x = 'a' * 1000\nfor i in range(9): x = x.join(['b'] * 1000)",
    "nested lists": "x = []\nfor i in range(10**6): x = [x]\nprint(x == x[:])",
    "billion laughs": "a = ['lol'] * 9\nfor i in range(9): a = [a] * 9\nprint(str(a))",
    "product": "import itertools\nlist(itertools.product(range(1000), repeat=9))",
    "permutations": "import itertools\nlist(itertools.permutations(range(30)))",
    "effects": "while True: print(name)",
    "dictionary": "d = {}\ni = 0\nwhile True:\n    d[i] = i\n    i += 1",
    "swallows all": "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n    except: pass",
    "finally loops": "def f():\n    try:\n        while True: pass\n    finally:\n        while True: pass\nf()",
    "sort with endless key": "def k(x):\n    while True: pass\nsorted([1, 2], key=k)",
    "dict update with itself": "d = {'a': 1}\nfor i in range(10**9): d = {**d, str(i): d}",
    "zfill": "x = name.zfill(10**11)",
    "expandtabs": "x = '\\t'.expandtabs(10**11)",
    "int from text": "x = int('9' * 10**5)",
    "text of int": "x = str(10 ** 20000)",
}


# nothing leaves the loop: what has been seen is all there is
NEVER_LEFT = {
    "while true",
    "while true with call",
    "effects",
    "dictionary",
    "swallows all",
    "finally loops",
    "sort with endless key",
}


@pytest.mark.parametrize("what", sorted(NEVER_LEFT))
def test_a_loop_that_nothing_leaves_is_the_end(what, tmp_path):
    trace = run(tmp_path, CALL + ENDLESS[what] + "\nprint('never')")
    assert trace.end is End.RETURNED
    assert not trace.gaps
    assert not [one for one in trace.effects if "never" in one.key]


@pytest.mark.parametrize("what", [one for one in ENDLESS if one not in NEVER_LEFT])
def test_what_never_ends_or_grows_is_cut_off(what, tmp_path):
    trace = run(tmp_path, CALL + ENDLESS[what])
    if what not in {
        "int from text",
        "text of int",
        "recursive eq",
        "nested lists",
        "billion laughs",
    }:
        assert trace.end is End.ABORTED, trace
        assert [one.code for one in trace.gaps if one.code.startswith("budget-")]
    assert not [one for one in trace.gaps if one.code == "engine-failure"], trace.gaps


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a|a)*b",
        r"(a|aa)+$",
        r"(.*)*x",
        r"(\w+\s?)*$",
        r"(?:a?){30}a{30}",
        r"(.*)(.*)(.*)(.*)(.*)x",
    ],
)
def test_catastrophic_patterns_are_not_run(pattern, tmp_path):
    source = (
        CALL
        + f"import re\nif re.search(r'{pattern}', 'a' * 5000 + '!'): print(1)\nelse: print(2)\n"
    )
    source += f"if re.match(r'{pattern}', name * 2000): print(3)\n"
    run(tmp_path, source)  # any of them would take years


ESCAPES = [
    "().__class__.__bases__[0].__subclasses__()",
    "(lambda: 0).__globals__",
    "(lambda: 0).__code__",
    "print.__self__",
    "''.__class__.__mro__[1].__subclasses__()",
    "type(name).__mro__",
    "'{0.__class__.__mro__}'.format(1)",
    "'{0.__init__.__globals__}'.format(ValueError())",
    "[].append.__self__.__class__.__base__",
    "getattr('', '__cl' + 'ass__').__base__",
    "__builtins__.__import__('os').system('touch CANARY')",
    "__import__('os').system('touch CANARY')",
    'exec(\'open("CANARY", "w")\')',
    'eval(\'__import__("os").system("touch CANARY")\')',
    "import os; os.system('touch CANARY')",
    "import subprocess; subprocess.run(['touch', 'CANARY'])",
    "open('CANARY', 'w').write('x')",
    "from pathlib import Path; Path('CANARY').write_text('x')",
    "import importlib; importlib.import_module('os').system('touch CANARY')",
    "import pickle; pickle.loads(b'cos\\nsystem\\n(S\"touch CANARY\"\\ntR.')",
    "import ctypes; ctypes.string_at(0)",
    "import collections; collections.namedtuple('A', 'x; open(\"CANARY\", \"w\")')",
    "import operator; operator.attrgetter('__class__.__base__.__subclasses__')(1)()",
    "import sys; sys.modules['os'].system('touch CANARY')",
    "import sys; sys._getframe().f_back.f_globals",
    "import json; json.codecs.open('CANARY', 'w')",
    "import re; re.enum.sys.modules",
    "class M(type):\n    def __new__(c, *a): return open('CANARY', 'w')\nclass A(metaclass=M): pass",
    "import string; string.Formatter().format('{0.__class__}', 1)",
    "try:\n    1/0\nexcept Exception as e:\n    e.__traceback__.tb_frame.f_globals",
    "(x for x in ()).gi_frame.f_globals",
    "import functools; functools.partial(open, 'CANARY', 'w')()",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_no_code_of_the_application_runs(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    trace = run(tmp_path, CALL + source + "\nprint('after')\n")
    assert not (tmp_path / "CANARY").exists()
    assert not [one for one in trace.gaps if one.code == "engine-failure"], trace.gaps
    assert not {"pickle5", "ctypes.util"} & (set(sys.modules) - before)
    for one in trace.effects:
        assert "built-in" not in one.concrete
        assert "<class 'type'>" not in one.concrete
        assert "subclasses" not in one.concrete or one.kind == "raise"


def test_files_outside_are_not_read(tmp_path):
    outside = tmp_path / "secret.txt"
    outside.write_text("SECRET")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "link.txt").symlink_to(outside)
    os.mkfifo(folder / "pipe.txt")
    (folder / "huge.txt").write_bytes(b"x" * 50_000_000)
    (folder / "labels.txt").write_text("Dog\nCat\n")
    names = [
        "../secret.txt",
        str(outside),
        "link.txt",
        "pipe.txt",
        "huge.txt",
        "/etc/passwd",
        "/app/../../etc/passwd",
        "a\\0b",
        "/dev/zero",
    ]
    body = "".join(f"print(open('{name}').read())\n" for name in names)
    trace = run(folder, CALL + body + "print(open('labels.txt').read().split())\n")
    shown = [one.key for one in trace.effects if one.kind == "print"]
    unescaped = [one.replace("a\\0b", "a\0b") for one in names]
    assert shown[: len(names)] == [f"print <unknown open({name!r}).read()>" for name in unescaped]
    assert shown[len(names) :] == ["print ['Dog'] = 'Dog'", "print ['Cat'] = 'Cat'"]


def test_sources_that_are_no_sources(tmp_path):
    (tmp_path / "null.py").write_bytes(b"import os\0print(1)")
    (tmp_path / "binary.py").write_bytes(bytes(range(256)))
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "bidi.py").write_text("x = '\u202e' # \u2066\nprint(x)\n")
    (tmp_path / "deep.py").write_text("(" * 3000 + ")" * 3000)
    (tmp_path / "sum.py").write_text("x = " + "+".join(["1"] * 20_000))
    (tmp_path / "big.py").write_bytes(b"x = 1\n" * 10_000_000)
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "app.py").write_text(CALL + "print(name == 'Dog')\n")
    program = load_program(tmp_path)
    assert [one.span.file for one in program.sites] == ["app.py"]
    assert {one.span.file for one in program.gaps} >= {
        "null.py",
        "broken.py",
        "deep.py",
        "big.py",
        "link.py",
        "pipe.py",
    }
    for file in ("null.py", "broken.py", "deep.py"):
        with pytest.raises(SourceError):
            load_program(tmp_path / file)


def test_importing_a_long_sum_is_cut_off(tmp_path):
    (tmp_path / "sum.py").write_text("x = " + "+".join(["1"] * 20_000))
    trace = run(tmp_path, "import sum as s\n" + CALL + "print(name == 'Dog')\n")
    assert trace.end in {End.ABORTED, End.RETURNED}
    assert not [one for one in trace.gaps if one.code == "engine-failure"]
