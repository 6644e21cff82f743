"""Files: links, devices, bombs and odd names."""

import json
import os
import zipfile

from hostile_case import CLIENT, DECIDE, C, P, U, case, source

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
