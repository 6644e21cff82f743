"""Sources that are hard to read, and projects that are hard to explore."""

import json

from hostile_case import CASES, CLIENT, DECIDE, C, Case, P, U, case


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
