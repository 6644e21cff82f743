"""CPython as the judge: run an application for real under stubbed clients, and compare.

``run_for_real`` executes trusted applications only (ours). ``observed`` takes from a trace what
can be compared: what is printed, and what the functions above the call return.
"""

import builtins
import io
import random
import re
import runpy
import sys
import types
from pathlib import Path

from chameleonapi.analysis.engine.rendering import flag_members, render
from chameleonapi.analysis.trace import EffectLevel
from chameleonapi.apis import FieldKind, api_ids, get_api, write_field

PICTURE = "PICTURE.jpg"


# -- stubbed clients, written apart from the engine's


def _camel(name):
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(one.title() for one in rest)


_ENTITIES = [
    "UNKNOWN",
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "EVENT",
    "WORK_OF_ART",
    "CONSUMER_GOOD",
    "OTHER",
    "-",
    "PHONE_NUMBER",
    "ADDRESS",
    "DATE",
    "NUMBER",
    "PRICE",
]
_LIKELIHOODS = ["UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY"]


class _Number(int):
    def __new__(cls, names, name):
        made = int.__new__(cls, names.index(name))
        made.name = name
        return made


class Answer:
    """A protobuf message made from JSON."""

    def __init__(self, record):
        self._record = record

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "error":
            return Answer({"message": "", "code": 0})
        key = _camel(name)
        if key not in self._record:
            return [] if name.endswith(("s", "annotations")) else Answer({})
        value = self._record[key]
        if isinstance(value, dict):
            return Answer(value)
        if isinstance(value, list):
            return [Answer(one) if isinstance(one, dict) else one for one in value]
        if key == "type" and value in _ENTITIES:
            return _Number(_ENTITIES, value)
        if value in _LIKELIHOODS:
            return _Number(_LIKELIHOODS, value)
        return value


class _Reached(BaseException):
    """The second call: the engine stops there."""


class Ghost:
    """Anything else."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost()

    def __call__(self, *arguments, **named):
        if len(arguments) == 1 and not named and isinstance(arguments[0], types.FunctionType):
            return arguments[0]  # a decorator
        return Ghost(**named)

    def __iter__(self):
        return iter((Ghost(), Ghost()))

    def __getitem__(self, _key):
        return Ghost()

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__


class World:
    """One run: the answer, and what was observed."""

    def __init__(self, answer, root):
        self.answer = answer
        self.root = str(root)
        self.seen = []
        self.called = False
        self.above = []

    def call(self, *_arguments, **_named):
        frame = sys._getframe(1)
        if self.called:
            raise _Reached
        self.called = True
        while frame is not None:
            if frame.f_code.co_filename.startswith(self.root):
                self.above.append(frame)
            frame = frame.f_back
        return self.answer

    def note(self, head, value):
        if not self.called:
            return
        if type(value) is tuple and 0 < len(value) <= 8:
            for position, one in enumerate(value):
                self.note(f"{head}[{position}] ", one)
            return
        members = flag_members(value)
        for member, shown, _ in members or [("", None, None)]:
            self.seen.append(
                _clean(
                    f"{head}{member} = {shown}"
                    if members
                    else f"{head}{render(value, concrete=True)}"
                )
            )

    def profile(self, frame, event, value):
        if event != "return" or value is None or not any(one is frame for one in self.above):
            return
        name = (
            frame.f_code.co_qualname
            if hasattr(frame.f_code, "co_qualname")
            else frame.f_code.co_name
        )
        if (
            name not in ("<module>", "<lambda>")
            and not name.endswith("comp>")
            and not name.endswith("expr>")
        ):
            self.note(f"{name} returns ", value)


def _clean(text):
    return text.replace(PICTURE, "<unknown>")


def _modules(world):
    def message(*a, **k):
        return Answer(world.call())

    vision_names = [
        "label_detection",
        "object_localization",
        "safe_search_detection",
        "face_detection",
        "text_detection",
        "web_detection",
        "logo_detection",
        "landmark_detection",
        "image_properties",
        "annotate_image",
    ]
    language_names = [
        "analyze_sentiment",
        "analyze_entities",
        "analyze_entity_sentiment",
        "classify_text",
        "moderate_text",
    ]

    def client(names):
        return lambda *a, **k: types.SimpleNamespace(
            **{n: (lambda *b, **c: Answer(world.call())) for n in names}
        )

    class Kind:
        def __init__(self, names):
            self.__dict__.update({n: _Number(names, n) for n in names})

        def __call__(self, value):
            return value

    aws = types.SimpleNamespace(
        **{
            name: (lambda *b, **c: world.call())
            for name in [
                "detect_labels",
                "detect_moderation_labels",
                "detect_faces",
                "detect_text",
                "detect_sentiment",
                "detect_entities",
                "detect_key_phrases",
                "detect_dominant_language",
            ]
        },
        publish=lambda **k: None,
    )
    vision = types.ModuleType("google.cloud.vision")
    vision.ImageAnnotatorClient = client(vision_names)
    vision.Image = Ghost
    vision.Likelihood = Kind(_LIKELIHOODS)
    vision.types = Ghost()
    language = types.ModuleType("google.cloud.language")
    language.LanguageServiceClient = client(language_names)
    language.Document = Ghost()
    language.Entity = types.SimpleNamespace(Type=Kind(_ENTITIES))
    language.enums = types.ModuleType("google.cloud.language.enums")
    language.enums.Document = Ghost()
    language.enums.Entity = language.Entity
    language.types = types.ModuleType("google.cloud.language.types")
    language.types.Document = Ghost()
    requests = types.ModuleType("requests")
    requests.post = lambda url, **k: (
        types.SimpleNamespace(status_code=200, json=lambda: {"responses": [world.call()]})
        if "googleapis" in url
        else None
    )
    google, cloud = types.ModuleType("google"), types.ModuleType("google.cloud")
    google.cloud = cloud
    cloud.vision, cloud.vision_v1, cloud.language, cloud.language_v1 = (
        vision,
        vision,
        language,
        language,
    )
    boto3 = types.ModuleType("boto3")
    boto3.client = lambda *a, **k: aws
    made = {
        "google": google,
        "google.cloud": cloud,
        "google.cloud.vision": vision,
        "google.cloud.vision_v1": vision,
        "google.cloud.language": language,
        "google.cloud.language_v1": language,
        "google.cloud.language.enums": language.enums,
        "google.cloud.language.types": language.types,
        "boto3": boto3,
        "requests": requests,
    }
    for name in ("cv2", "discord", "flask", "fuzzywuzzy", "sqlite3"):
        ghost = types.ModuleType(name)
        ghost.__getattr__ = lambda _name: Ghost()
        made[name] = ghost
    del message
    return made


def run_for_real(root, file, answer):
    """Run a script as ``__main__`` and return what was observed after the call."""
    root = Path(root)
    path = root / file
    world = World(answer, root)

    def printing(*arguments, **_named):
        if world.called:
            if len(arguments) == 1:
                world.note("print ", arguments[0])
            else:
                world.seen.append(
                    _clean("print " + " ".join(render(one, concrete=True) for one in arguments))
                )

    def opening(name, mode="r", *rest, **named):
        target = Path(name)
        target = target if target.is_absolute() else root / target
        if target.exists() and "w" not in mode:
            return open(target, mode, *rest, **named)  # noqa: PTH123
        return io.BytesIO(b"picture") if "b" in mode else io.StringIO("")

    saved = {name: sys.modules.get(name) for name in _modules(world)}
    before = set(sys.modules)
    real_print, real_open, real_argv, real_io_open = (
        builtins.print,
        builtins.open,
        sys.argv,
        io.open,
    )
    sys.modules.update(_modules(world))
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path), PICTURE]
    dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    builtins.print = printing
    builtins.open = lambda name, *a, **k: (
        opening(name, *a, **k)
        if str(name) == PICTURE or not Path(str(name)).exists()
        else real_open(name, *a, **k)
    )
    io.open = builtins.open
    builtins_input, builtins.input = builtins.input, lambda *_a: "text"
    sys.setprofile(world.profile)
    try:
        runpy.run_path(str(path), run_name="__main__")
    except (_Reached, SystemExit):
        pass
    except Exception as error:  # noqa: BLE001
        if world.called:
            world.seen.append(f"raise {type(error).__name__}")
    finally:
        sys.setprofile(None)
        builtins.print, builtins.open, sys.argv, io.open = (
            real_print,
            real_open,
            real_argv,
            real_io_open,
        )
        builtins.input = builtins_input
        sys.dont_write_bytecode = dont_write
        sys.path.remove(str(path.parent))
        for name in set(sys.modules) - before:
            if str(root) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]
        for name, module in saved.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
    return comparable(world.seen)


def observed(trace):
    """Return what a trace says was printed, returned above the call, or raised."""
    found = []
    for effect in trace.effects:
        if effect.kind == "print" or (
            effect.kind == "return" and effect.level is EffectLevel.RETURN
        ):
            found.append(effect.concrete)
        elif effect.kind.startswith("raise"):
            found.append(effect.key.partition("(")[0])
    return comparable(found)


def comparable(lines):
    """Leave out what looks different in both worlds: objects, and lists that functions return.

    A function that an exception leaves seems to return None to a profiler.
    """
    kept = []
    for line in lines:
        plain = re.sub(r"<unknown[^<>]*>", "", line).replace("<locals>.", "")
        _, is_return, value = plain.partition(" returns ")
        if is_return and (value.startswith(("[", "{", "(", "None")) or " = " in value):
            continue
        if "<" not in plain:
            kept.append(plain)
    return sorted(kept)


# -- random answers


def draw_answer(api, words, rng):
    """Return a random answer of an API: unsorted, with duplicates, sometimes empty."""
    spec = get_api(api)
    answer = {}
    for collection in spec.collections[:1]:
        count = (
            1
            if collection.path in ("", "safeSearchAnnotation")
            else rng.choice([0, 1, 1, 2, 3, 3, 5])
        )
        rows = []
        for _ in range(count):
            row = {}
            for one in collection.fields:
                if "#" in one.path or (
                    "." in one.path
                    and "Score" not in one.path
                    and "sentiment" not in one.path
                    and "*" not in one.path
                ):
                    continue
                if "*" in one.path:
                    if one.path == "Parents.*.Name":
                        write_field(row, one.path, [rng.choice(words)])
                    continue
                write_field(row, one.path, _draw_field(one, words, rng))
            rows.append(row)
        if collection.path == "":
            answer.update(rows[0])
        elif collection.path == "safeSearchAnnotation":
            write_field(answer, collection.path, rows[0])
        elif rows or api.startswith("aws."):
            write_field(answer, collection.path, rows)
    for one in spec.answer_fields:
        write_field(answer, one.path, _draw_field(one, words, rng))
    return answer


def _draw_field(spec, words, rng):
    if spec.kind is FieldKind.NUMBER:
        return round(rng.uniform(spec.low, spec.high), rng.choice([1, 2, 4]))
    if spec.kind is FieldKind.ENUM:
        return rng.choice(spec.values)
    return rng.choice(words)


def words_of(program):
    """Return words that an application may react to, and some others."""
    literals = [one for one in program.literals if 0 < len(one) < 30 and "\n" not in one]
    return [
        *literals,
        *(one.title() for one in literals),
        "Dog",
        "African elephant",
        "/News/Sports",
        "x y",
        "",
    ]


def compare(program, root, file, *, answers=60, seed=1):
    """Return the answers on which the engine and CPython differ, with both observations."""
    rng = random.Random(seed)
    entry = next(one for one in program.entries if one.file == file and one.name == "<module>")
    api = program.sites[0].api
    words = words_of(program)
    default = {name: {} for name in api_ids()}
    wrong = []
    for _ in range(answers):
        answer = draw_answer(api, words, rng)
        trace = program.run(entry, {}, {}, default={**default, api: answer})
        mine, real = observed(trace), run_for_real(root, file, answer)
        if mine != real:
            wrong.append((answer, mine, real, trace))
    return wrong
