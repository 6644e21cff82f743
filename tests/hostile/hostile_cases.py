"""Applications that try to hang, grow, escape or run: how each is built, and how it must end.

Every application also holds an honest decision (``DECIDES``), so that a case cannot pass by
being thrown away unread. ``statuses`` are the words that may end it: those of a report, or the
name of the error that says what is wrong with the input. Nothing here is ever run by Python.
"""

import json
import os
import zipfile
from dataclasses import dataclass

CLIENT = """\
import os, sys, re, json, operator
from google.cloud import vision
client = vision.ImageAnnotatorClient()
labels = client.label_detection(image=vision.Image()).label_annotations
names = [one.description for one in labels]
"""
DECIDE = """\
if "Dog" in names:
    print("open")
else:
    print("shut")
"""
CASES = {}


@dataclass(frozen=True)
class Case:
    """One hostile application.

    Attributes:
        build: writes it into a folder; gets the folder outside that must not be touched too.
        statuses: how the analysis may end.
        decides: whether the decision on Dog must be found all the same.
    """

    name: str
    build: object
    statuses: tuple
    decides: bool = False


def case(*statuses, decides=False):
    def register(build):
        CASES[build.__name__] = Case(build.__name__, build, statuses, decides)
        return build

    return register


def source(name, text, *statuses, decides=False, before=False):
    """Register an application of one file: client, ``text``, decision."""

    def build(folder, outside):
        parts = text.replace("OUTSIDE", str(outside))
        whole = parts + "\n" + CLIENT + DECIDE if before else CLIENT + parts + "\n" + DECIDE
        (folder / "main.py").write_text(whole, encoding="utf-8")

    CASES[name] = Case(name, build, statuses, decides)


C, P, U = "COMPLETE", "PARTIAL", "UNSUPPORTED"

# -- loops and recursion

# nothing after it ever runs, whatever the answer: no decision is the truth, if it is seen
source("endless_loop", "while True:\n    pass", C)
source("endless_loop_before_the_call", "while True:\n    pass", U, before=True)
source("endless_count", "n = 0\nwhile n >= 0:\n    n += 1", U)
source("endless_generator", "def g():\n    while True:\n        yield 1\ntotal = sum(g())", U)
source("endless_iter", "import itertools\nfor x in itertools.count():\n    y = x", U)
source("endless_cycle_list", "import itertools\nx = list(itertools.cycle([1]))", U)
source("endless_iter_sentinel", "for x in iter(int, 1):\n    pass", C)
source("giant_range", "total = 0\nfor i in range(10**15):\n    total += i", U)
source("giant_range_list", "x = list(range(10**12))", U)
source("giant_range_sum", "x = sum(range(10**12))", U)
source("giant_range_in", "x = 3.5 in range(10**12)", C, decides=True)
source("giant_product", "import itertools\nx = list(itertools.product(range(1000), repeat=8))", U)
source(
    "giant_permutations", "import itertools\nx = len(list(itertools.permutations(range(40))))", U
)
source("deep_recursion", "def f(n):\n    return f(n + 1)\nf(0)", U)
source(
    "deep_recursion_caught",
    "def f():\n    try:\n        f()\n    finally:\n        f()\nf()",
    U,
)
source("mutual_recursion", "def f(n):\n    return g(n)\ndef g(n):\n    return f(n)\nf(1)", U)
source(
    "ackermann",
    "def a(m, n):\n    if m == 0:\n        return n + 1\n    if n == 0:\n        return a(m - 1, 1)\n    return a(m - 1, a(m, n - 1))\na(4, 2)",
    U,
)
source(
    "fibonacci",
    "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nx = fib(60)",
    P,
    U,
)
source(
    "recursive_property",
    "class A:\n    @property\n    def x(self):\n        return self.x\nA().x",
    U,
)
source(
    "recursive_getattr",
    "class A:\n    def __getattr__(self, name):\n        return getattr(self, name + 'x')\nA().y",
    U,
)
source(
    "recursive_repr",
    "class A:\n    def __repr__(self):\n        return repr(self)\nprint(A())",
    C,
)
source(
    "recursive_eq",
    "class A:\n    def __eq__(self, other):\n        return other == self\nx = A() == A()",
    U,
)
source("self_holding_list", "x = []\nx.append(x)\nprint(x)\ny = x == [x]\nz = json.dumps(x)", U)
source("self_holding_dict", "x = {}\nx['x'] = x\nprint(x)\nimport copy\ny = copy.deepcopy(x)", U)
source("nested_list_by_loop", "x = []\nfor i in range(100000):\n    x = [x]\nprint(x)", U)
source(
    "nested_list_compared",
    "x, y = [], []\nfor i in range(50000):\n    x, y = [x], [y]\nz = x == y",
    U,
)
source("nested_tuple_hashed", "x = ()\nfor i in range(50000):\n    x = (x,)\nz = {x: 1}", C, P, U)
source(
    "chain_of_iterators",
    "x = iter([1])\nfor i in range(50000):\n    x = map(lambda y: y, x)\nz = list(x)",
    C,
    P,
    U,
)
source(
    "chain_of_closures",
    "f = lambda: 1\nfor i in range(20000):\n    f = (lambda g: lambda: g())(f)\nf()",
    U,
)
source(
    "chain_of_partials",
    "import functools\nf = len\nfor i in range(20000):\n    f = functools.partial(f)\nf([])",
    C,
)
source(
    "tainted_recursion",
    "def f(s):\n    return f(s[1:]) if s else 0\nx = f(names[0] * 10) if names else 0",
    C,
    P,
    U,
)

# -- growth

source("string_doubling", "s = 'x'\nfor i in range(200):\n    s = s + s", U)
source("string_times", "s = 'x' * 10**10", U)
source("bytes_times", "s = bytes(10**11)", U)
source("bytearray_times", "s = bytearray(10**11)", U)
source("list_times", "s = [0] * 10**10", U)
source("list_doubling", "s = [1]\nwhile True:\n    s += s", U)
source("list_extends_itself", "s = [1]\nfor x in s:\n    s.append(x)", U)
source("dict_growth", "d = {}\ni = 0\nwhile True:\n    d[i] = str(i) * 1000\n    i += 1", C)
source("set_growth", "d = set()\nwhile True:\n    d.add(len(d))", C)
source(
    "tainted_doubling",
    "s = names[0] if names else 'x'\nfor i in range(200):\n    s = s + s\nif len(s) > 5:\n    print('long')",
    U,
)
source("tainted_times", "s = ''.join(names) * 10**10\nif 'a' in s:\n    print('a')", P)
source("tainted_list_growth", "for i in range(60):\n    names = names + names", C, P, U)
source(
    "join_growth",
    "s = ['x' * 1000] * 1000\nfor i in range(100):\n    s = [''.join(s)] * 1000",
    U,
)
source("format_width", "s = '%1000000000d' % 1", U)
source("format_width_brace", "s = '{:>10000000000}'.format(1)", U)
source("fstring_width", "w = 10**10\ns = f'{1:>{w}}'", U)
source("format_precision", "s = '%.1000000000f' % 1.0", U)
source("fstring_precision", "s = f'{1.0:.1000000000f}'", U)
source("ljust_growth", "s = 'x'.ljust(10**10) + 'x'.zfill(10**10) + 'x'.center(10**10)", U)
source("expandtabs_growth", "s = '\\t'.expandtabs(10**10)", U)
source("replace_growth", "s = 'x' * 100000\ns = s.replace('x', s)", U)
source("translate_growth", "s = ('x' * 100000).translate({120: 'y' * 100000})", U)
source("re_sub_growth", "s = re.sub('x', 'y' * 100000, 'x' * 100000)", U)
source("join_bytes_growth", "s = (b'x' * 100000).join([b'y'] * 100000)", C, P, U)
source("encode_growth", "s = 'x' * 900000\ns = [s.encode('utf-32') for i in range(10000)]", U)
source("giant_power", "x = 10 ** 10 ** 10", U)
source("giant_shift", "x = 1 << 10**12", U)
source("giant_power_function", "x = pow(7, 10**9)\ny = pow(7, 10**9, 10**400000)", U)
source("giant_square", "x = 3\nwhile True:\n    x = x * x", U)
source("giant_factorial", "import math\nx = math.factorial(10**8)", C, P, U)
source("giant_comb", "import math\nx = math.comb(10**8, 10**7)\ny = math.perm(10**7)", C, P, U)
source("giant_int_text", "x = int('9' * 500000)\ny = str(x)", C, P, U)
source("giant_int_literal", "x = " + "9" * 4000 + " ** 9\ny = str(x)", C, P, U)
source("giant_round", "x = round(1, -10**9)\ny = round(10**300, -10**12)", C, P, U)
source("giant_isqrt", "import math\nx = math.isqrt(1 << 900000) ** 1000", C, P, U)
source("giant_fraction", "from fractions import Fraction\nx = Fraction('1e1000000000')", C, P, U)
source("giant_decimal", "from decimal import Decimal\nx = int(Decimal('1e1000000000'))", C, P, U)
source("giant_slice", "x = [1, 2, 3]\nx[10**18:] = range(10**12)", C, P, U)
source("giant_deque", "from collections import deque\nx = deque(range(10**12))", P, U)
source(
    "giant_counter",
    "from collections import Counter\nx = list(Counter({'a': 10**12}).elements())",
    C,
    P,
    U,
)
source("giant_zip", "import itertools\nx = list(zip(itertools.repeat(1), itertools.count()))", P, U)
source(
    "giant_combinations",
    "import itertools\nx = sorted(itertools.combinations(range(60), 30))",
    P,
    U,
)
source("giant_unpack", "a, *b = range(10**12)", P, U)
source("giant_star_call", "def f(*a):\n    return a\nf(*range(10**12))", P, U)
source("giant_print", "for i in range(10**9):\n    print(i)", P, U)
source("giant_yield_list", "x = [i for i in range(10**6) for j in range(10**6)]", P, U)
source(
    "set_of_powers",
    "x = {1}\nfor i in range(40):\n    x = x | {y * 2 for y in x} | {y * 3 for y in x}",
    C,
    P,
    U,
)
source(
    "textwrap_growth",
    "import textwrap\nx = textwrap.indent('a\\n' * 400000, 'x' * 400000)",
    C,
    P,
    U,
)
source(
    "string_template",
    "import string\nx = string.Template('$a' * 100000).substitute(a='y' * 100000)",
    C,
    P,
    U,
)
source("json_growth", "x = json.dumps(list(range(10)), indent=10**9)", C, P, U)
source(
    "pad_growth",
    "import base64\nx = base64.b64encode(b'x' * 900000)\nfor i in range(99):\n    x = base64.b64encode(x)",
    C,
    P,
    U,
)

source("library_of_a_range", "import math\nx = math.prod(range(1, 10**12))", P, U)
source("mean_of_a_range", "import statistics\nx = statistics.mean(range(10**12))", P, U)
source(
    "reduce_of_a_range",
    "import functools\nx = functools.reduce(lambda a, b: a + b, range(10**12))",
    P,
    U,
)
source("keys_of_a_range", "x = dict.fromkeys(range(10**12))\ny = set(range(10**12))", P, U)
source("counter_of_a_range", "from collections import Counter\nx = Counter(range(10**12))", P, U)
source(
    "accumulate_a_range", "import itertools\nx = list(itertools.accumulate(range(10**12)))", P, U
)
source("largest_of_a_range", "import heapq\nx = heapq.nlargest(3, range(10**12))", C, P, U)
source("join_of_a_range", "x = ','.join(map(str, range(10**12)))", P, U)
source("index_in_a_range", "x = range(10**12).count('a')\ny = 'a' in range(10**12)", C, P, U)
source(
    "normalize_growth",
    "import unicodedata\nx = [unicodedata.normalize('NFKD', '\ufdfa' * 900000) for i in range(1000)]",
    P,
    U,
)
source("lower_growth", "s = 'X' * 900000\nx = [s.lower() for i in range(100000)]", P, U)
source("named_width", "x = '\\t'.expandtabs(tabsize=10**10)", C, P, U)
source(
    "tainted_width",
    "for n in labels:\n    x = n.description.ljust(10**10)\n    y = n.description * int(n.score * 10**11)",
    P,
    U,
)

# -- regular expressions

source("regex_nested", "x = re.match('(a+)+$', 'a' * 64 + 'b')", C, P, U)
source(
    "regex_nested_on_labels",
    "for n in names:\n    if re.match('(([a-z])+.)+[A-Z]([a-z])+$', n * 9):\n        print('match')",
    C,
    P,
    U,
)
source(
    "regex_alternatives",
    "for n in names:\n    if re.search('(a|a|[a-z])*$x', n):\n        print('match')",
    C,
    P,
    U,
)
source("regex_backreference", r"x = re.search(r'(.*)(.*)(.*)\1\2\3!', 'ab' * 500)", C, P, U)
source("regex_many_optional", "x = re.match('a?' * 40 + 'a' * 40, 'a' * 40)", C, P, U)
source("regex_many_stars", "x = re.match('.*' * 30 + 'z', 'a' * 2000)", C, P, U)
source("regex_giant_repeat", "x = re.compile('((a{1000}){1000}){1000}')", C, P, U)
source("regex_nested_deep", "x = re.compile('(' * 5000 + 'a' + ')' * 5000)", C, P, U)
source("regex_many_groups", "x = re.compile('(a)' * 60000)", C, P, U)
source("regex_lookbehind", "x = re.search('(?=(a+)+b)' * 10, 'a' * 60)", C, P, U)
source("regex_split", "x = re.split('(x+x+)+y', 'x' * 60)", C, P, U)
source(
    "fnmatch_pattern", "import fnmatch\nx = fnmatch.fnmatch('a' * 200, '*a' * 60 + 'b')", C, P, U
)

# -- reaching for the interpreter

source("import_dunder", "__import__('os').system('touch OUTSIDE/touched')", C, P, U)
source("eval_call", "eval(\"__import__('os').system('touch OUTSIDE/touched')\")", C, P, U)
source("exec_call", "exec(\"open('OUTSIDE/touched', 'w')\")", C, P, U)
source("compile_call", "exec(compile(\"open('OUTSIDE/touched', 'w')\", 'x', 'exec'))", C, P, U)
source("os_system", "os.system('touch OUTSIDE/touched')", C, P, U)
source(
    "subprocess_run",
    "import subprocess\nsubprocess.run(['touch', 'OUTSIDE/touched'])\nsubprocess.Popen('x', shell=True)",
    C,
    P,
    U,
)
source("os_remove", "os.remove('OUTSIDE/canary')\nimport shutil\nshutil.rmtree('OUTSIDE')", C, P, U)
source("os_kill", "os.kill(os.getpid(), 9)\nos._exit(3)\nos.abort()", C, P, U)
source(
    "sys_exit_tricks",
    "import atexit\natexit.register(os.remove, 'OUTSIDE/canary')\nimport signal\nsignal.alarm(1)",
    C,
    P,
    U,
)
source("set_recursion_limit", "sys.setrecursionlimit(10**9)\ndef f():\n    f()\nf()", C, P, U)
source(
    "socket_connect",
    "import socket\ns = socket.socket()\ns.connect(('127.0.0.1', 9))\nimport urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')",
    C,
    P,
    U,
)
source(
    "pathlib_write",
    "from pathlib import Path\nPath('OUTSIDE/touched').write_text('x')\nPath('OUTSIDE/canary').unlink()",
    C,
    P,
    U,
)
source(
    "open_write",
    "with open('OUTSIDE/touched', 'w') as f:\n    f.write('x')\nopen('main.py', 'w').write('')",
    C,
    P,
    U,
)
source(
    "getattr_mro",
    "x = ().__class__.__mro__[1].__subclasses__()\nfor c in x:\n    if c.__name__ == 'Popen':\n        c('touch OUTSIDE/touched', shell=True)",
    C,
    P,
    U,
)
source(
    "getattr_globals",
    "f = lambda: 0\ng = getattr(f, '__globals__')\ng['__builtins__'].__import__('os').system('touch OUTSIDE/touched')",
    C,
    P,
    U,
)
source(
    "attrgetter_globals",
    "x = operator.attrgetter('__class__.__init__.__globals__')(json)\ny = operator.methodcaller('__subclasses__')(object)",
    C,
    P,
    U,
)
source(
    "attrgetter_engine",
    "x = operator.attrgetter('__func__.__globals__')(client.label_detection)\nx['os'].system('touch OUTSIDE/touched')",
    C,
    P,
    U,
)
source(
    "format_attribute",
    "x = '{0.__class__.__mro__[1].__subclasses__}'.format(names)\ny = '{0.__init__.__globals__[os]}'.format(client)\nprint(x, y)",
    C,
    P,
    U,
)
source(
    "format_map_attribute",
    "x = '{a.__class__.__base__}'.format_map({'a': 1})\nif 'object' in x:\n    print('leak')",
    C,
    P,
    U,
)
source(
    "format_custom",
    "class A:\n    def __format__(self, spec):\n        return os.system('touch OUTSIDE/touched')\nx = f'{A()}'",
    C,
    P,
    U,
)
source(
    "code_object",
    "def f():\n    pass\nf.__code__ = compile('import os', 'x', 'exec')\ntype(f)(f.__code__, {})()",
    C,
    P,
    U,
)
source(
    "frames",
    "x = sys._getframe().f_back.f_globals\nx['os'].system('touch OUTSIDE/touched')\ntry:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame.f_globals['x'] = 1",
    C,
    P,
    U,
)
source("gc_objects", "import gc\nfor x in gc.get_objects():\n    x.clear()", C, P, U)
source(
    "ctypes_string",
    "import ctypes\nctypes.string_at(0)\nctypes.CDLL(None).system(b'touch OUTSIDE/touched')",
    C,
    P,
    U,
)
source(
    "pickle_loads",
    "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch OUTSIDE/touched'\\ntR.\")",
    C,
    P,
    U,
)
source(
    "yaml_object",
    "import yaml\nyaml.load('!!python/object/apply:os.system [\"touch OUTSIDE/touched\"]', Loader=yaml.UnsafeLoader)",
    C,
    P,
    U,
)
source(
    "metaclass_effects",
    "class M(type):\n    def __new__(m, n, b, d):\n        os.system('touch OUTSIDE/touched')\n        return type.__new__(m, n, b, d)\nclass A(metaclass=M):\n    pass",
    C,
    P,
    U,
)
source(
    "init_subclass_effects",
    "class A:\n    def __init_subclass__(cls):\n        open('OUTSIDE/touched', 'w')\nclass B(A):\n    pass",
    C,
    P,
    U,
)
source(
    "decorator_effects",
    "def d(f):\n    os.system('touch OUTSIDE/touched')\n    return f\n@d\ndef f():\n    pass",
    C,
    P,
    U,
)
source(
    "class_replaced",
    "class A(list):\n    pass\na = A()\na.__class__ = dict\nnames.__class__ = A\nx = type('B', (A, str), {})()",
    C,
    P,
    U,
)
source(
    "builtins_replaced",
    "import builtins\nbuiltins.len = lambda x: 1 / 0\nbuiltins.open = None\n__builtins__.print = None",
    C,
    P,
    U,
)
source(
    "environment",
    "x = os.environ\nos.environ['PATH'] = ''\nos.putenv('LD_PRELOAD', 'x')\nif 'HOME' in x and x['HOME'].startswith('/'):\n    print('leak')",
    C,
    P,
    U,
)
source(
    "del_and_gc",
    "class A:\n    def __del__(self):\n        open('OUTSIDE/touched', 'w')\nfor i in range(100):\n    A()",
    C,
    P,
    U,
)
source(
    "importlib_anything",
    "import importlib\nm = importlib.import_module('antigravity')\nimportlib.reload(sys)\nn = __import__('this')",
    C,
    P,
    U,
)
source(
    "sys_modules",
    "sys.modules['os'].system('touch OUTSIDE/touched')\nsys.modules.clear()\nsys.path.insert(0, 'OUTSIDE')\nimport canary_module",
    C,
    P,
    U,
)
source(
    "chameleon_internals",
    "import chameleonapi.analysis.engine.machine as m\nm.Machine.tick = None\nimport chameleonapi\nchameleonapi.__path__.clear()",
    C,
    P,
    U,
)
source(
    "hostile_str_subclass",
    "class S(str):\n    def __eq__(self, o):\n        while True:\n            pass\n    def __hash__(self):\n        return 1\nx = S('Dog') == 'Dog'",
    P,
    U,
    C,
)
source(
    "hostile_bool",
    "class A:\n    def __bool__(self):\n        return not self\nif A():\n    pass",
    C,
    P,
    U,
)
source(
    "hostile_iter",
    "class A:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return self\nx = list(A())",
    P,
    U,
)
source(
    "hostile_len",
    "class A:\n    def __len__(self):\n        return 10**30\nx = len(A())\nfor i in range(len(A())):\n    pass",
    P,
    U,
    C,
)
source(
    "hostile_index",
    "class A:\n    def __index__(self):\n        return 10**12\nx = [0] * A()",
    C,
    P,
    U,
)
source(
    "hostile_key",
    "x = sorted(names, key=lambda n: 10 ** 10 ** 9)\ny = max(range(10**12), key=str)",
    P,
    U,
)

# -- files

source("read_passwd", "x = open('/etc/passwd').read()\nif 'root' in x:\n    print('leak')", C, P, U)
source("read_parent", "x = open('../canary').read()\nif 'secret' in x:\n    print('leak')", C, P, U)
source(
    "read_absolute",
    "x = open('OUTSIDE/canary').read()\nif 'secret' in x:\n    print('leak')",
    C,
    P,
    U,
)
source(
    "read_dots",
    "x = open('a/../../canary').read() + open('./.././canary').read() + open('..//canary').read()\nif 'secret' in x:\n    print('leak')",
    C,
    P,
    U,
)
source(
    "read_proc",
    "x = open('/proc/self/environ').read() + open('/proc/self/mem', 'rb').read()",
    C,
    P,
    U,
)
source(
    "read_devices",
    "x = open('/dev/zero', 'rb').read()\ny = open('/dev/stdin').read()\nz = open('/dev/random', 'rb').read()",
    C,
    P,
    U,
)
source(
    "read_descriptor",
    "x = open(0).read()\ny = os.read(3, 10)\nz = os.open('OUTSIDE/canary', os.O_RDONLY)",
    C,
    P,
    U,
)
source(
    "read_null_name",
    "x = open('a\\0b').read()\ny = open('').read()\nz = open('x' * 100000).read()",
    C,
    P,
    U,
)
source(
    "read_pathlib",
    "from pathlib import Path\nx = Path(__file__).resolve().parent.parent.joinpath('canary').read_text()\ny = Path('/').glob('**/*')\nif 'secret' in x:\n    print('leak')",
    C,
    P,
    U,
)
source(
    "walk_root",
    "for a, b, c in os.walk('/'):\n    for n in c:\n        open(os.path.join(a, n)).read()\nimport glob\nx = glob.glob('/**', recursive=True)\ny = os.listdir('/')",
    C,
    P,
    U,
)
source("read_own_source", "x = open(__file__).read()\nif 'Dog' in x:\n    print('me')", C, P, U)


@case(C, P, decides=True)
def link_to_file_outside(folder, outside):
    (folder / "list.txt").symlink_to(outside / "canary")
    (folder / "main.py").write_text(
        CLIENT + "x = open('list.txt').read()\nif 'secret' in x:\n    print('leak')\n" + DECIDE
    )


@case(C, P, decides=True)
def link_to_source_outside(folder, outside):
    (outside / "stolen.py").write_text("TARGET = 'secret'\n")
    (folder / "stolen.py").symlink_to(outside / "stolen.py")
    (folder / "main.py").write_text(CLIENT + "import stolen\nprint(stolen.TARGET)\n" + DECIDE)


@case(C, P, decides=True)
def link_to_folder_outside(folder, outside):
    (folder / "data").symlink_to(outside, target_is_directory=True)
    (folder / "main.py").write_text(
        CLIENT + "x = open('data/canary').read()\nif 'secret' in x:\n    print('leak')\n" + DECIDE
    )


@case(C, P, decides=True)
def link_loop(folder, _outside):
    (folder / "a").mkdir()
    (folder / "a" / "b").symlink_to(folder, target_is_directory=True)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "main.py").write_text(CLIENT + "x = open('loop.txt').read()\n" + DECIDE)


@case(C, P, decides=True)
def link_to_device(folder, _outside):
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "main.py").write_text(CLIENT + "x = open('zero.txt').read()\n" + DECIDE)


@case(C, P, decides=True)
def pipe_as_source(folder, _outside):
    os.mkfifo(folder / "pipe.py")
    os.mkfifo(folder / "pipe.txt")
    (folder / "main.py").write_text(CLIENT + "x = open('pipe.txt').read()\n" + DECIDE)


@case(C, P, decides=True)
def folder_named_like_a_source(folder, _outside):
    (folder / "odd.py").mkdir()
    (folder / "main.py").write_text(CLIENT + "import odd\nx = open('odd.py').read()\n" + DECIDE)


@case(C, P, decides=True)
def unreadable_source(folder, _outside):
    (folder / "closed.py").write_text("x = 1\n")
    (folder / "closed.py").chmod(0)
    (folder / "main.py").write_text(CLIENT + DECIDE)


@case(C, P, decides=True)
def huge_data_file(folder, _outside):
    with (folder / "big.txt").open("wb") as file:
        file.truncate(50_000_000)
    (folder / "main.py").write_text(CLIENT + "x = open('big.txt').read()\n" + DECIDE)


@case(C, P, decides=True)
def huge_source_beside(folder, _outside):
    (folder / "big.py").write_bytes(b"x = 1\n" * 8_400_000)
    (folder / "main.py").write_text(CLIENT + DECIDE)


@case(P, U, "SourceError")
def huge_source_alone(folder, _outside):
    (folder / "main.py").write_bytes(CLIENT.encode() + b"x = 1\n" * 8_400_000)


@case(C, P, U)
def giant_json(folder, _outside):
    (folder / "big.json").write_text(json.dumps([{"a": i, "b": str(i)} for i in range(90_000)]))
    (folder / "main.py").write_text(CLIENT + "x = json.load(open('big.json'))\n" + DECIDE)


@case(C, P, U)
def deep_json(folder, _outside):
    (folder / "deep.json").write_text("[" * 1_000_000 + "]" * 1_000_000)
    (folder / "main.py").write_text(CLIENT + "x = json.load(open('deep.json'))\n" + DECIDE)


@case(C, P, U)
def giant_csv(folder, _outside):
    (folder / "big.csv").write_text("Cat,1,2,3\n" * 300_000)
    (folder / "main.py").write_text(
        CLIENT + "import csv\nx = [r for r in csv.reader(open('big.csv'))]\n" + DECIDE
    )


@case(C, P, U)
def csv_of_one_field(folder, _outside):
    (folder / "big.csv").write_text('"' + "x" * 3_000_000)
    (folder / "main.py").write_text(
        CLIENT + "import csv\nx = list(csv.DictReader(open('big.csv')))\n" + DECIDE
    )


@case(C, P, decides=True)
def billion_laughs(folder, _outside):
    rows = ["a0: &a0 [lol, lol]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    (folder / "laughs.yaml").write_text("\n".join(rows))
    (folder / "main.py").write_text(
        CLIENT + "import yaml\nx = yaml.safe_load(open('laughs.yaml'))\n" + DECIDE
    )


@case(C, P, U)
def deep_yaml(folder, _outside):
    (folder / "deep.yaml").write_text("\n".join(" " * i + f"k{i}:" for i in range(2000)))
    (folder / "flow.yaml").write_text("x: " + "[" * 200_000)
    (folder / "main.py").write_text(
        CLIENT
        + "import yaml\nx = yaml.safe_load(open('deep.yaml'))\ny = yaml.safe_load(open('flow.yaml'))\n"
        + DECIDE
    )


@case(C, P, decides=True)
def billion_laughs_xml(folder, _outside):
    rows = ['<!DOCTYPE x [<!ENTITY a0 "lol">'] + [
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)
    ]
    (folder / "x.xml").write_text("".join(rows) + "]><x>&a9;</x>")
    (folder / "main.py").write_text(
        CLIENT + "import xml.etree.ElementTree as E\nx = E.parse('x.xml')\n" + DECIDE
    )


@case(C, P, decides=True)
def toml_and_ini(folder, _outside):
    (folder / "x.toml").write_text("a = " + "[" * 100_000)
    (folder / "x.ini").write_text("[a]\nx = %(y)s%(y)s\ny = %(x)s%(x)s\n")
    (folder / "main.py").write_text(
        CLIENT + "import tomllib, configparser\nc = configparser.ConfigParser()\nc.read('x.ini')\n"
        "try:\n    x = tomllib.load(open('x.toml', 'rb'))\nexcept Exception:\n    x = None\n" + DECIDE
    )  # fmt: skip


@case(C, P, decides=True)
def zip_bomb(folder, outside):
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../canary", "x" * 10_000_000)
        file.writestr("/etc/evil", "x")
    (folder / "main.py").write_text(
        CLIENT + f"import zipfile\nzipfile.ZipFile('bomb.zip').extractall('{outside}')\n" + DECIDE
    )


@case(C, P, decides=True)
def odd_file_names(folder, _outside):
    for name in (
        "a\nb.py",
        "-rf.py",
        "$(touch x).py",
        "con.py",
        "\u202egnp.py",
        "a b.py",
        "é.py",
        "x" * 240 + ".py",
    ):
        (folder / name).write_text("x = 1\n")
    with open(os.fsencode(folder) + b"/\xff\xfe.py", "w") as file:  # noqa: PTH123 - a name that is no text
        file.write("x = 1\n")
    (folder / "main.py").write_text(CLIENT + DECIDE)


# -- sources that are hard to read


@case(P, U, "SourceError")
def null_bytes(folder, _outside):
    (folder / "main.py").write_bytes(CLIENT.encode() + b"\0" + DECIDE.encode())


@case(P, U, "SourceError")
def binary_source(folder, _outside):
    (folder / "main.py").write_bytes(bytes(range(256)) * 400)


@case(C, P, U, "SourceError")
def bidi_characters(folder, _outside):
    (folder / "main.py").write_text(
        CLIENT + "x = 'a\u202e\u2066 # \u2069\u2066'\n# \u202e}\n" + DECIDE, encoding="utf-8"
    )


@case(C, P, U, decides=True)
def homoglyph_names(folder, _outside):
    (folder / "main.py").write_text(
        CLIENT + "n\u0430mes = ['Dog']\n\ufb01x = 1\n" + DECIDE, encoding="utf-8"
    )


@case(C, P, U, "SourceError")
def lying_encoding(folder, _outside):
    (folder / "main.py").write_bytes(b"# -*- coding: utf-7 -*-\n" + (CLIENT + DECIDE).encode())


@case(C, P, U, "SourceError")
def unknown_encoding(folder, _outside):
    (folder / "main.py").write_bytes(b"# coding: rot13_zip_hex\n" + (CLIENT + DECIDE).encode())


@case(C, P, U, "SourceError")
def codec_encoding(folder, _outside):
    (folder / "main.py").write_bytes(b"# coding: unicode_escape\n" + (CLIENT + DECIDE).encode())


@case(C, P, U, "SourceError")
def form_feeds_and_returns(folder, _outside):
    (folder / "main.py").write_bytes((CLIENT + "\f\v\x1c\n" + DECIDE).replace("\n", "\r").encode())


def nested(name, text, *statuses):
    @case(*statuses)
    def build(folder, _outside):
        (folder / "main.py").write_text(CLIENT + text + "\n" + DECIDE)

    CASES[name] = Case(name, CASES.pop("build").build, statuses)


nested("nested_parentheses", "x = " + "(" * 5000 + "1" + ")" * 5000, P, U, "SourceError")
nested("nested_lists", "x = " + "[" * 190 + "1" + "]" * 190, C, P, U)
nested("nested_lists_deep", "x = " + "[" * 50_000, P, U, "SourceError")
nested("nested_unary", "x = " + "-" * 50_000 + "1", C, P, U, "SourceError")
nested("nested_not", "x = " + "not " * 3_000 + "1", C, P, U, "SourceError")
nested("nested_binary", "x = " + "1 + " * 20_000 + "1", C, P, U, "SourceError")
nested("nested_binary_tainted", "x = " + "names[0] + " * 3_000 + "''", C, P, U, "SourceError")
nested("nested_and", "x = " + "names and " * 20_000 + "1", C, P, U, "SourceError")
nested("nested_calls", "x = " + "len(" * 150 + "names" + ")" * 150, C, P, U, "SourceError")
nested("nested_attributes", "x = client" + ".a" * 20_000, C, P, U, "SourceError")
nested("nested_subscripts", "x = client" + "[0]" * 20_000, C, P, U, "SourceError")
nested("nested_chain_of_calls", "x = client" + "()" * 20_000, C, P, U, "SourceError")
nested("nested_lambda", "x = " + "lambda: " * 3_000 + "1", C, P, U, "SourceError")
nested("nested_ternary", "x = " + "1 if names else " * 10_000 + "2", C, P, U, "SourceError")
nested("nested_fstrings", "x = f'{f\"{1}\"}'\ny = f'{1:{2:{3}}}'", C, P, U, "SourceError")
nested(
    "nested_comprehension",
    "x = " + "[" * 60 + "1" + " for i in names]" * 60,
    C,
    P,
    U,
    "SourceError",
)
nested(
    "nested_if",
    "\n".join(" " * i + "if names:" for i in range(99)) + "\n" + " " * 99 + "x = 1",
    C,
    P,
    U,
    "SourceError",
)
nested(
    "nested_functions",
    "\n".join(" " * i + f"def f{i}():" for i in range(95)) + "\n" + " " * 95 + "pass",
    C,
    P,
    U,
    "SourceError",
)
nested(
    "long_elif",
    "if names == 1:\n    pass\n" + "".join(f"elif names == {i}:\n    pass\n" for i in range(3000)),
    C,
    P,
    U,
    "SourceError",
)
nested("long_comparison", "x = " + "1 < " * 20_000 + "2", C, P, U, "SourceError")
nested("long_line", "x = '" + "a" * 1_500_000 + "'", C, P, U, "SourceError")
nested("long_name", "x" * 500_000 + " = 1", C, P, U, "SourceError")
nested(
    "long_unpacking",
    ", ".join(f"a{i}" for i in range(20_000)) + " = range(20000)",
    C,
    P,
    U,
    "SourceError",
)
nested("many_globals", "\n".join(f"a{i} = {i}" for i in range(60_000)), C, P, U)
nested(
    "many_arguments",
    "def f(" + ", ".join(f"a{i}=0" for i in range(5_000)) + "):\n    pass\nf()",
    C,
    P,
    U,
    "SourceError",
)
nested(
    "many_decorators", "def d(f):\n    return f\n" + "@d\n" * 5_000 + "def g():\n    pass", C, P, U
)
nested(
    "many_bases",
    "\n".join(f"class A{i}({f'A{i - 1}' if i else ''}):\n    pass" for i in range(2_000))
    + "\nA1999()",
    C,
    P,
    U,
)
nested("bad_mro", "class A: pass\nclass B(A): pass\nclass C(A, B): pass", C, P, U)
nested(
    "diamonds",
    "\n".join(
        f"class L{i}({f'L{i - 1}, R{i - 1}' if i else ''}): pass\nclass R{i}({f'L{i - 1}, R{i - 1}' if i else ''}): pass"
        for i in range(40)
    ),
    C,
    P,
    U,
)
nested(
    "own_base",
    "class A: pass\nclass A(A): pass\nclass B(type('X', (), {})): pass\nA.__bases__ = (A,)",
    C,
    P,
    U,
)


@case(C, P, decides=True)
def many_functions(folder, _outside):
    body = "".join(f"def f{i}(x):\n    return x + {i}\n" for i in range(10_000))
    (folder / "main.py").write_text(CLIENT + body + DECIDE)


@case(C, P, U)
def huge_table(folder, _outside):
    rows = ", ".join(f"'word{i}'" for i in range(60_000))
    (folder / "main.py").write_text(
        CLIENT
        + f"TABLE = [{rows}]\nif any(n in TABLE for n in names):\n    print('table')\n"
        + DECIDE
    )


@case(C, P, U)
def huge_string_table(folder, _outside):
    (folder / "main.py").write_text(
        CLIENT
        + f"TEXT = {'Dog Cat ' * 100_000!r}\nif any(n in TEXT for n in names):\n    print('table')\n"
        + DECIDE
    )


@case(C, P, U)
def import_chain(folder, _outside):
    for i in range(1000):
        (folder / f"m{i}.py").write_text(f"import m{i + 1}\n" if i < 999 else CLIENT + DECIDE)
    (folder / "main.py").write_text("import m0\n")


@case(C, P, decides=True)
def import_cycle(folder, _outside):
    (folder / "a.py").write_text("from b import *\nimport main\nX = 1\n")
    (folder / "b.py").write_text("from a import *\nimport a\nfrom a import X\nY = 1\n")
    (folder / "main.py").write_text(
        "import main\ntry:\n    import a\nexcept ImportError:\n    pass\n" + CLIENT + DECIDE
    )


@case(C, P, U)
def star_explosion(folder, _outside):
    for i in range(12):
        lines = [f"from m{j} import *" for j in range(i + 1, 12)]
        (folder / f"m{i}.py").write_text("\n".join(lines) + "\nx = 1\n")
    (folder / "main.py").write_text("from m0 import *\n" + CLIENT + DECIDE)


@case(C, P, U)
def modules_named_like_ours(folder, _outside):
    for name in ("os", "json", "ast", "re", "chameleonapi", "typing", "google", "sys", "builtins"):
        (folder / f"{name}.py").write_text("raise SystemExit('hijacked')\nopen('x', 'w')\n")
    (folder / "main.py").write_text(CLIENT + DECIDE)


@case(C, P, U)
def sitecustomize(folder, outside):
    for name in ("sitecustomize", "usercustomize", "conftest", "setup", "__main__", "__init__"):
        (folder / f"{name}.py").write_text(f"open('{outside}/touched', 'w')\n")
    (folder / "x.pth").write_text("import os; os.system('touch touched')\n")
    (folder / "main.py").write_text(CLIENT + DECIDE)


@case(C, P, U, "SourceError", "NothingFoundError", decides=True)
def hostile_notebook(folder, _outside):
    cell = {"cell_type": "code", "source": ["!touch touched\n", "%run evil\n", "x = 1\n"]}
    (folder / "a.ipynb").write_text(json.dumps({"cells": [cell] * 3}))
    (folder / "b.ipynb").write_text("[" * 100_000)
    (folder / "c.ipynb").write_text('{"cells": [{"cell_type": "code", "source": 7}, 3, null]}')
    (folder / "d.ipynb").write_text('{"cells": {"cell_type": 1}}')
    (folder / "main.py").write_text(CLIENT + DECIDE)


@case(C, P, decides=True)
def many_calls(folder, _outside):
    calls = "".join(
        f"a{i} = client.label_detection(image=vision.Image()).label_annotations\n"
        for i in range(60)
    )
    (folder / "main.py").write_text(CLIENT + DECIDE + calls)


@case(C, P, U)
def many_tests(folder, _outside):
    tests = "".join(f"if 'word{i}' in names:\n    print({i})\n" for i in range(400))
    (folder / "main.py").write_text(CLIENT + tests + DECIDE)


@case(C, P, U)
def many_scores(folder, _outside):
    tests = "".join(f"    if one.score > 0.{i:04}:\n        print({i})\n" for i in range(1, 600))
    (folder / "main.py").write_text(CLIENT + "for one in labels:\n" + tests + DECIDE)


@case(C, P, U)
def many_unknowns(folder, _outside):
    tests = "".join(f"if os.environ.get('V{i}'):\n    names = names[1:]\n" for i in range(200))
    (folder / "main.py").write_text(CLIENT + tests + DECIDE)


@case(C, P, U)
def many_entries(folder, _outside):
    routes = "".join(
        f"@app.route('/{i}')\ndef r{i}():\n    n = [x.description for x in client.label_detection(image=vision.Image()).label_annotations]\n    return 'a' if 'Dog' in n else 'b'\n"
        for i in range(120)
    )
    (folder / "main.py").write_text(
        "from flask import Flask\napp = Flask(__name__)\n" + CLIENT + routes
    )


@case(P, U)
def parity_of_everything(folder, _outside):
    (folder / "main.py").write_text(
        CLIENT
        + "h = 0\nfor n in names:\n    for c in n:\n        h = (h * 31 + ord(c)) % 1000003\nif h % 2:\n    print('odd')\n"
        + DECIDE
    )


@case(C, P, U)
def hash_of_everything(folder, _outside):
    (folder / "main.py").write_text(
        CLIENT
        + "import hashlib\nif hashlib.sha256(''.join(names).encode()).hexdigest().startswith('0'):\n    print('zero')\n"
        + DECIDE
    )
