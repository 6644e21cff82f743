"""Loops, recursion, growth and regular expressions."""

from hostile_case import C, P, U, source

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
