# ruff: noqa: E731, PLW0603, SIM905, PLW0108 - stand-ins are short, and one run has one world
"""CPython as the judge of the corpus: run an application for real, under stand-ins for all that is foreign.

Run as a script in a process of its own, it takes ``{"folder", "api", "answers", "default", "drive"}``
from standard input and prints, for each answer, what the application did after the call. Runs
trusted applications only (ours): nothing here is a sandbox.
"""

import ast
import asyncio
import builtins
import enum
import importlib.abc
import importlib.util
import io
import json
import os
import random
import re
import runpy
import subprocess
import sys
import time
import types
from pathlib import Path

import pandas as pd  # noqa: F401 - before stand-ins are made of what it looks for

from chameleonapi.analysis.exploration.runner import typical_answer
from chameleonapi.apis import FieldKind, get_api, iter_apis, write_elements, write_field

_STANDARD_BUT_FOREIGN = {"tkinter", "smtplib", "sqlite3", "socket", "http", "cgi"}
_REAL = {"chameleonapi", "yaml", "attr", "six", "numpy", "pandas", "pyarrow"}
_ENTITIES = "UNKNOWN PERSON LOCATION ORGANIZATION EVENT WORK_OF_ART CONSUMER_GOOD OTHER _8 PHONE_NUMBER ADDRESS DATE NUMBER PRICE".split()
_LIKELIHOODS = "UNKNOWN VERY_UNLIKELY UNLIKELY POSSIBLE LIKELY VERY_LIKELY".split()
_FEATURES = {
    "FACE_DETECTION": 1,
    "LANDMARK_DETECTION": 2,
    "LOGO_DETECTION": 3,
    "LABEL_DETECTION": 4,
    "TEXT_DETECTION": 5,
    "SAFE_SEARCH_DETECTION": 6,
    "IMAGE_PROPERTIES": 7,
    "WEB_DETECTION": 10,
    "DOCUMENT_TEXT_DETECTION": 11,
    "OBJECT_LOCALIZATION": 19,
}


_CLIENTS = re.compile(
    r"google\.cloud\.(vision|language)(_v\w+)?|urllib\.request|googleapiclient\.discovery"
    r"|google\.protobuf\.json_format"
)


class Stop(BaseException):
    """The second call from the same line: one round of a loop is enough."""


# -- what is foreign


class Base:
    """What a class gets that derives from something foreign."""

    def __init__(self, *_a, **_k):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost(f"self.{name}")

    def start(self):  # a thread
        self.run()


class Ghost:
    """Anything foreign; calls of it after the API call are effects."""

    def __init__(self, path="ghost", **fields):
        self.__dict__.update(fields, _path=path)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = (
            type(name, (_Foreign,), {})
            if name.endswith(("Error", "Exception"))
            else Ghost(f"{self._path}.{name}")
        )
        self.__dict__[name] = made
        return made

    def __call__(self, *arguments, **named):
        if len(arguments) == 1 and not named and isinstance(arguments[0], types.FunctionType):
            return arguments[0]  # a decorator
        WORLD.note("call", self._path, (*arguments, named) if named else arguments)
        fields = {k: v for k, v in named.items() if k != "path"}
        return Ghost(f"{self._path}()", **fields)

    def __mro_entries__(self, bases):
        return (Base,)

    def __iter__(self):
        return iter((Ghost(f"{self._path}[0]"), Ghost(f"{self._path}[1]")))

    def __getitem__(self, key):
        if key == "body":
            return "text"
        return Ghost(f"{self._path}[]")

    def __setitem__(self, key, value):
        WORLD.note("store", self._path, (value,))

    def __contains__(self, item):
        return True

    def __len__(self):
        return 1

    def __int__(self):
        return 1

    __index__ = __int__

    def __bool__(self):
        return True

    def __and__(self, other):
        return Ghost()

    def __str__(self):
        return "ghost"

    def __fspath__(self):
        return "ghost"

    def __enter__(self):
        return self

    def __exit__(self, *_a):
        return False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_a):
        return False

    def __await__(self):
        async def done():
            return self

        return done().__await__()


class _Foreign(Exception):
    def __init__(self, *arguments, **_named):
        super().__init__(*arguments)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes a module for every foreign name."""

    def __init__(self, own):
        self.own = own

    def find_spec(self, name, path=None, target=None):
        top = name.split(".", 1)[0]
        if top in self.own or top in _REAL:
            return None
        if (
            top in sys.stdlib_module_names
            and top not in _STANDARD_BUT_FOREIGN
            and name != "urllib.request"
        ):
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec):
        return _module(spec.name)

    def exec_module(self, module):
        pass


def _module(name):
    module = types.ModuleType(name)
    module.__path__ = []
    ghost = Ghost(name)
    special = _specials(name)

    def found(key):
        if key in special:
            return special[key]
        if _CLIENTS.fullmatch(f"{name}.{key}"):
            return importlib.import_module(f"{name}.{key}")
        return getattr(ghost, key)

    module.__getattr__ = found
    module.__all__ = list(special)
    return module


# -- the clients


def _camel(name):
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(one[:1].upper() + one[1:] for one in rest)


class Message:
    """A protobuf message made from JSON."""

    def __init__(self, record):
        self._record = record
        self._pb = self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "error":
            return Message({"message": "", "code": 0})
        key = _camel(name)
        if key not in self._record:
            if key.endswith(
                (
                    "nnotations",
                    "ertices",
                    "entences",
                    "ategories",
                    "ntities",
                    "Images",
                    "colors",
                    "Labels",
                )
            ):
                return []
            return _default(key)
        return _wrapped(key, self._record[key])


def _default(key):
    if key in (
        "score",
        "topicality",
        "confidence",
        "salience",
        "magnitude",
        "x",
        "y",
        "red",
        "green",
        "blue",
        "pixelFraction",
        "detectionConfidence",
        "panAngle",
        "tiltAngle",
        "rollAngle",
    ):
        return 0.0
    if key.endswith("ikelihood") or key in ("adult", "spoof", "medical", "violence", "racy"):
        return Likelihood.UNKNOWN
    if key in ("description", "name", "content", "text", "label", "mid", "language"):
        return ""
    return Message({})


def _wrapped(key, value):
    if isinstance(value, dict):
        return Message(value)
    if isinstance(value, list):
        return [Message(one) if isinstance(one, dict) else one for one in value]
    if key == "type" and value in _ENTITIES:
        return EntityType[value]
    if (
        isinstance(value, str)
        and value in _LIKELIHOODS
        and (key.endswith("ikelihood") or key in ("adult", "spoof", "medical", "violence", "racy"))
    ):
        return Likelihood[value]
    return value


Likelihood = enum.IntEnum("Likelihood", {name: i for i, name in enumerate(_LIKELIHOODS)})
EntityType = enum.IntEnum("EntityType", {name: i for i, name in enumerate(_ENTITIES)})
FeatureType = enum.IntEnum("FeatureType", _FEATURES)


def _awaitable(value):
    """Return a value that may be awaited as well as used."""
    if isinstance(value, Message):
        made = type("Awaited", (Message,), {"__await__": lambda self: _done(self).__await__()})
        return made(value._record)
    return value


async def _done(value):
    return value


def _google(names, provider):
    def client(*_a, **_k):
        made = {
            name: (
                lambda *a, _n=name, **k: _awaitable(Message(WORLD.call(f"google.{provider}.{_n}")))
            )
            for name in names
        }
        if provider == "vision":
            made["document_text_detection"] = made["text_detection"]
            made["annotate_image"] = lambda *a, **k: _awaitable(Message(WORLD.joint()))
            made["batch_annotate_images"] = lambda *a, **k: _awaitable(
                Message({"responses": [WORLD.joint()]})
            )
        else:
            made["annotate_text"] = lambda *a, **k: Message(
                WORLD.call("google.language.analyze_sentiment")
            )
        return types.SimpleNamespace(**made)

    client.from_service_account_json = client
    client.from_service_account_file = client
    return client


def _amazon(service="", *_a, **named):
    service = named.get("service_name", service)
    names = [one for one in iter_apis() if one.id.startswith(f"aws.{service}.")]
    if not names:
        return Ghost(f"boto3.{service}")

    async def entered(self):
        return self

    made = {
        "__getattr__": lambda self, key: (
            (lambda *a, **k: _Both(WORLD.call(f"aws.{service}.{key}")))
            if any(one.operation == key for one in names)
            else Ghost(f"boto3.{service}.{key}")
        ),
        "__aenter__": entered,
        "__aexit__": lambda self, *_x: _done(None),
    }
    return type("Client", (), made)()


class _Both(dict):
    """An answer of boto3, or what aioboto3 waits for."""

    def __await__(self):
        return _done(dict(self)).__await__()


class _Reply(Ghost):
    """An HTTP reply with an answer."""

    def __init__(self, body):
        super().__init__("reply", status_code=200, ok=True, status=200, body=body)
        self.text = json.dumps(body)
        self.content = self.text.encode()

    def json(self):
        return self.body

    def read(self):
        return self.content

    def __iter__(self):
        raise TypeError

    def __await__(self):
        return _done(self).__await__()


def _post(*arguments, **named):
    text = " ".join(str(getattr(one, "full", one)) for one in (*arguments, *named.values()))
    if "vision.googleapis.com" in text and "annotate" in text:
        return _Reply({"responses": [WORLD.joint()]})
    found = re.search(r"language\.googleapis\.com\S*:(\w+)", text)
    if found:
        snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), found[1])
        return _Reply(WORLD.call(f"google.language.{snake}"))
    return Ghost("requests.post()")


class _Http(Ghost):
    post = staticmethod(_post)


class _Service:
    def __init__(self, service):
        self.service = service

    def __getattr__(self, name):
        if name in ("images", "documents"):
            return lambda: self
        if name == "annotate":
            return lambda **_k: types.SimpleNamespace(
                execute=lambda: {"responses": [WORLD.joint()]}
            )
        snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), name)
        return lambda **_k: types.SimpleNamespace(
            execute=lambda: WORLD.call(f"google.language.{snake}")
        )


def _message_to_dict(message, **_named):
    return message._record


def _specials(name):
    if name.startswith(("google.cloud.vision", "google.cloud.language")):
        kind = "vision" if "vision" in name else "language"
        names = [one.operation for one in iter_apis() if one.id.startswith(f"google.{kind}.")]
        client = _google(names, kind)
        feature = lambda **k: Ghost("Feature", **k)
        feature.Type = FeatureType
        entity = types.SimpleNamespace(Type=EntityType)
        made = {
            "ImageAnnotatorClient": client,
            "ImageAnnotatorAsyncClient": client,
            "LanguageServiceClient": client,
            "Likelihood": Likelihood,
            "Feature": feature,
            "Entity": entity,
        }
        made["enums"] = types.SimpleNamespace(
            Likelihood=Likelihood,
            Feature=feature,
            Entity=entity,
            Document=Ghost("Document"),
            EncodingType=Ghost("EncodingType"),
        )
        return made
    if name in ("boto3", "boto3.session", "aioboto3"):
        session = lambda *_a, **_k: types.SimpleNamespace(client=_amazon)
        return {
            "client": _amazon,
            "Session": session,
            "session": types.SimpleNamespace(Session=session),
        }
    if name in ("requests", "httpx"):
        client = lambda *_a, **_k: _Http("http")
        return {"post": _post, "AsyncClient": client, "Client": client, "Session": client}
    if name == "urllib.request":
        request = lambda *a, **k: types.SimpleNamespace(full=" ".join(map(str, (*a, *k.values()))))
        return {"urlopen": _post, "Request": request}
    if name == "googleapiclient.discovery":
        return {"build": lambda service, *_a, **_k: _Service(service)}
    if name == "googleapiclient":
        return {
            "discovery": types.SimpleNamespace(build=lambda service, *_a, **_k: _Service(service))
        }
    if name == "google.protobuf.json_format":
        return {"MessageToDict": _message_to_dict}
    if name == "dotenv":
        return {"load_dotenv": lambda *_a, **_k: True}
    return {}


# -- one run


class World:
    """What is answered, and what was seen."""

    def __init__(self, folder, answers, constants):
        self.folder = str(folder)
        self.answers = answers
        self.constants = constants
        self.events = []
        self.called = set()
        self.is_after = False
        self.target = ""

    def call(self, api):
        place = self._place(2)
        if (place, api) in self.called:
            raise Stop
        self.called.add((place, api))
        if api == self.target:
            self.is_after = True
        return json.loads(json.dumps(self.answers[api]))

    def joint(self):
        place = self._place(2)
        if place in self.called:
            raise Stop
        self.called.add(place)
        if self.target.startswith("google.vision"):
            self.is_after = True
        made = {}
        for api, answer in self.answers.items():
            if api.startswith("google.vision."):
                if api == self.target or not self.target.startswith("google.vision."):
                    made.update(answer)
                else:
                    for key, value in answer.items():
                        made.setdefault(key, value)
        made.update(self.answers[self.target])
        return json.loads(json.dumps(made))

    def _place(self, depth):
        frame = sys._getframe(depth)
        while frame is not None:
            if frame.f_code.co_filename.startswith(self.folder):
                return (Path(frame.f_code.co_filename).name, frame.f_lineno)
            frame = frame.f_back
        return ("", 0)

    def note(self, kind, what, arguments):
        if self.is_after:
            self.events.append([kind, what, *self._place(2), arguments])


WORLD = World("/", {}, frozenset())


def _shown(value, known, hidden):
    """Return the part of a value that is the application's own: data of the answer is left out."""
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, enum.Enum):
        return "#" if isinstance(value, int) else f"{type(value).__name__}.{value.name}"
    if isinstance(value, (int, float)):
        return repr(value) if value in (0, 1) or value in known else "#"
    if isinstance(value, bytes):
        return repr(value) if value in known else "bytes"
    if isinstance(value, str):
        if value[:1] in "{[" and value[-1:] in "}]":
            try:
                return _shown(json.loads(value), known, hidden)
            except ValueError:
                pass
        return repr(value) if value in known and value.lower() not in hidden else "text"
    if isinstance(value, dict):
        rows = sorted(
            (_shown(k, known, hidden), _shown(v, known, hidden)) for k, v in value.items()
        )
        return "{" + ",".join(dict.fromkeys(f"{k}:{v}" for k, v in rows)) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [_shown(one, known, hidden) for one in value]
        if not all(one in ("True", "False", "0", "1") for one in parts):
            parts = sorted(set(parts))
        return "[" + ",".join(parts) + "]"
    return type(value).__name__


def _skeleton(events, known, hidden):
    rows = []
    for kind, what, file, line, arguments in events:
        row = (kind, what, file, line, _shown(arguments, known, hidden))
        if row not in rows:
            rows.append(row)
    return sorted(map(list, rows))


def _constants(folder):
    found = set()
    for path in folder.rglob("*"):
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Name):
                    found.add(node.id)
                if isinstance(node, ast.Constant) and isinstance(
                    node.value, (str, bytes, int, float)
                ):
                    found.add(node.value)
        elif path.is_file() and path.name != "expected.json":
            found |= set(re.split(r'[\n,":\[\]{}]+ ?', path.read_text(encoding="utf-8")))
    return frozenset(found)


def _texts(value):
    if isinstance(value, dict):
        return {one for inner in value.values() for one in _texts(inner)}
    if isinstance(value, list):
        return {one for inner in value for one in _texts(inner)}
    return {value.lower()} if isinstance(value, str) else set()


def _run(folder, main, drive, known, answers, target):
    global WORLD
    WORLD = World(folder, answers, known)
    WORLD.target = target
    real_print, real_open, real_input, real_path = (
        builtins.print,
        builtins.open,
        builtins.input,
        sys.path[:],
    )

    def opening(name, mode="r", *rest, **named):
        target_path = Path(folder, name)
        if target_path.is_file() and not set(mode) & set("wax"):
            return real_open(target_path, mode, *rest, **named)
        return io.BytesIO(b"picture") if "b" in mode else io.StringIO("text")

    def printing(*arguments, **_named):
        WORLD.note("print", "", arguments)

    builtins.print, builtins.open, builtins.input = printing, opening, lambda *_a: "text"
    io_open, io.open = io.open, opening
    read_bytes, Path.read_bytes = Path.read_bytes, lambda self: b"picture"
    sys.argv = ["app", "PICTURE.jpg"]
    sys.path.insert(0, str(folder))
    sys.path.insert(0, str(folder.parent))
    before = set(sys.modules)
    returned = None
    try:
        if drive:
            expression = drive.replace("package.", f"{folder.name}.")
            space = {
                "ghost": Ghost(),
                "aghost": Ghost("upload"),
                "ghost_with": lambda **k: Ghost(**k),
                "event": Ghost("event"),
                "asyncio": asyncio,
            }
            for name in re.findall(r"[A-Za-z_][\w.]*(?=\.\w+\()", expression):
                parts = name.split(".")
                for length in range(len(parts), 0, -1):
                    dotted = ".".join(parts[:length])
                    if (
                        importlib.util.find_spec(dotted)
                        if length == 1
                        else (folder / f"{'/'.join(parts[:length])}.py").exists()
                        or (folder.parent / f"{'/'.join(parts[:length])}.py").exists()
                    ):
                        if dotted != "asyncio":
                            importlib.import_module(dotted)
                            space[parts[0]] = sys.modules[parts[0]]
                        break
            returned = eval(expression, space)
            WORLD.note("return", "", (returned,))
        else:
            runpy.run_path(str(folder / main), run_name="__main__")
    except Stop:
        pass
    except SystemExit as error:
        WORLD.note("exit", "", (error.code,))
    except Exception as error:
        if not WORLD.is_after:
            raise
        WORLD.note("raise", type(error).__name__, ())
    finally:
        builtins.print, builtins.open, builtins.input = real_print, real_open, real_input
        io.open, Path.read_bytes, sys.path[:] = io_open, read_bytes, real_path
        for name in set(sys.modules) - before:
            del sys.modules[name]
    return WORLD.is_after


def _child():
    asked = json.load(sys.stdin)
    folder = Path(asked["folder"])
    own = {one.stem for one in folder.iterdir()} | {folder.name}
    sys.meta_path.insert(0, _Finder(own))
    sys.dont_write_bytecode = True
    for name in [n for n in sys.modules if n.split(".")[0] in ("google", "requests", "boto3")]:
        del sys.modules[name]
    known = _constants(folder)
    time.sleep = lambda _seconds: None
    for path in folder.rglob("*.py"):
        for name in re.findall(r"environ\[['\"](\w+)", path.read_text(encoding="utf-8")):
            os.environ.setdefault(name, "value")
    made = []
    for answer in asked["answers"]:
        answers = {**asked["default"], asked["api"]: answer}
        is_after = _run(folder, asked["main"], asked["drive"], known, answers, asked["api"])
        hidden = _texts(answer)
        made.append(
            {
                "reached": is_after,
                "kept": _skeleton(WORLD.events, known, frozenset()),
                "plain": _skeleton(WORLD.events, known, hidden),
            }
        )
    json.dump(made, sys.stdout)


# -- the side of the tests


def main_of(folder, call_file):
    """Return the script with which an application is started."""
    for name in ("main.py", "app.py"):
        if (folder / name).exists():
            return name
    return call_file


def run_for_real(folder, api, answers, expected, call_file, seconds=120):
    """Run an application in a process of its own on each answer, and return what was seen."""
    asked = {
        "folder": str(folder),
        "api": api,
        "answers": answers,
        "default": {one.id: typical_answer(one) for one in iter_apis()},
        "drive": expected.get("drive", ""),
        "main": main_of(folder, call_file),
    }
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)


def draw_answer(api, words, rng):
    """Return a random answer: unsorted, with duplicates, sometimes empty; no number on a boundary."""
    spec = get_api(api)
    answer = {}
    for collection in spec.collections[:2]:
        single = collection.path in ("", "safeSearchAnnotation")
        rows = []
        for _ in range(1 if single else rng.choice([0, 1, 1, 2, 2, 3, 3, 5, 8])):
            row = {}
            for one in collection.fields:
                if one.path.endswith("#"):
                    write_field(row, one.path, rng.choice([0, 1, 2, 12]))
                elif one.path == "Emotions.*.Type":
                    continue
                elif "*" in one.path:
                    count = rng.choice([0, 1, 2])
                    row.pop(one.path.split(".")[0], None)
                    write_field(row, one.path, [_value(one, words, rng) for _ in range(count)])
                else:
                    write_field(row, one.path, _value(one, words, rng))
            rows.append(row)
        if collection.path == "":
            answer.update(rows[0])
        elif single:
            write_field(answer, collection.path, rows[0])
        elif rows or api.startswith("aws."):
            write_elements(answer, collection.path, rows)
    for one in spec.answer_fields:
        write_field(answer, one.path, _value(one, words, rng))
    return answer


def _value(spec, words, rng):
    if spec.kind is FieldKind.NUMBER:
        return round(rng.uniform(spec.low, spec.high), 2) + 0.00390625
    if spec.values == ("false", "true"):  # noqa: PD011 - of a field
        return rng.random() < 0.5
    if spec.kind is FieldKind.ENUM:
        return rng.choice(spec.values)
    if spec.path in ("mid", "locale", "entityId"):
        return "/m/0"
    return rng.choice(words)


def words_of(program, process):
    """Return texts that an application may react to, and some others."""
    literals = [one for one in program.literals if 0 < len(one) < 40 and "\n" not in one]
    accepted = sorted(process.labels_read())
    if process.api == "google.language.classify_text":
        literals = [one for one in literals if one.startswith("/")]
    accepted = random.Random(3).sample(accepted, min(len(accepted), 40))
    return [
        *literals,
        *(one.title() for one in literals),
        *accepted * 2,
        *([] if process.api == "google.language.classify_text" else ["Sky", "Zzyx"]),
        *([] if process.api == "google.language.classify_text" else ["/News/Other"]),
    ]


if __name__ == "__main__":
    _child()
