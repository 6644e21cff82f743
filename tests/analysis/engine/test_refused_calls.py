"""A call that a model cannot carry out ends as in Python, or as a gap, and never in the engine."""

import random
import sys
import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine.attributes import METHODS
from chameleonapi.analysis.engine.budget import Budget as RunBudget
from chameleonapi.analysis.engine.control import Abort, Raised, Stop
from chameleonapi.analysis.engine.library.modules import LIBRARY
from chameleonapi.analysis.engine.library.python_2_builtins import ALL_BUILTINS
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import Stream
from chameleonapi.analysis.engine.program import load_program
from chameleonapi.analysis.engine.values import Native, Opaque, Tainted
from chameleonapi.apis import api_ids
from chameleonapi.decision import Status

HEAD = """
import functools, itertools
from google.cloud import language
client = language.LanguageServiceClient()
mood = client.analyze_sentiment(document={"content": "x"}).document_sentiment
"""
REFUSED = [
    "reload()",
    "cmp('a')",
    "sorted(cmp=3)",
    "sorted()",
    "reduce()",
    "functools.reduce(len)",
    "len()",
    "len(obj=[])",
    "map()",
    "filter(None)",
    "divmod(3)",
    "isinstance(3)",
    "{}.get()",
    "[].index()",
    "set().issubset()",
    "list(itertools.takewhile(len))",
    "list(itertools.compress([1]))",
    "list(enumerate('a', 'b'))",
    "'calm'.startswith([str(mood.score)])",
    "next()",
]
SHAPES = (0, 1, 1, 2, 2, 3, 4)
NAMES = ("key", "nobody", "start", "default", "encoding", "maxlen")
ODD = """
from google.cloud import vision
import elsewhere
client = vision.ImageAnnotatorClient()
answer = client.label_detection(image=vision.Image(content=open('x', 'rb').read()))
labels = answer.label_annotations
class K:
    pass
def f(*given, **named):
    return given[0] if given else None
values = [None, 'a', '', 0, 3, -1, 2.5, [1, 2], {'a': 1}, (), {1}, b'x', range(3), True,
    elsewhere.thing, elsewhere.call(answer), answer, labels, labels[0], labels[0].description,
    labels[0].score, [one.score for one in labels], f, K, K(), len, str, dict, iter([1]),
    ValueError('x'), ValueError, object()]
"""
LABELS = [{"description": "cat", "score": 0.9}, {"description": "dog", "score": 0.5}]


@pytest.mark.parametrize("call", REFUSED)
def test_a_call_that_python_refuses_is_a_type_error_of_the_application(call, tmp_path):
    source = f"""
    try:
        {call}
    except TypeError:
        print("calm" if mood.score > 0.25 else "upset")
    """
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(source), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=50))
    (process,) = report.processes
    assert process.status is Status.COMPLETE


def test_arguments_that_a_model_does_not_know_are_a_gap_and_the_run_goes_on(tmp_path):
    source = """
    Row = __import__("collections").namedtuple("Row", mood)
    print("calm" if mood.score > 0.25 else "upset")
    """
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(source), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=50))
    (process,) = report.processes
    assert len(process.outcomes) == 2
    assert "unmodelled-call" in {one.code for one in (*report.gaps, *process.gaps)}


@pytest.fixture
def deep_stack():
    # as ``EngineProgram.run`` does
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.seconds
@pytest.mark.usefixtures("deep_stack")
def test_no_odd_call_of_anything_modelled_fails_in_the_engine(tmp_path):
    (tmp_path / "app.py").write_text(ODD, encoding="utf-8")
    program = load_program(tmp_path)
    rng = random.Random(7)
    default = {api: {"labelAnnotations": LABELS} if "label_det" in api else {} for api in api_ids()}

    def begin():
        budget = RunBudget(seconds=2.0, steps=20_000)
        machine = Machine(program.linker, {}, {}, default, budget)
        return machine, program.linker.load(machine, "app.py", "__main__").vars["values"]

    def receiver(values, kind):
        plain = [one for one in values if kind in (type(one), type(getattr(one, "value", None)))]
        return rng.choice([one for one in plain if type(one) in (kind, Tainted)] or [kind()])

    def call(machine, values, function, count):
        arguments = tuple(rng.choice(values) for _ in range(count))
        named = {rng.choice(NAMES): rng.choice(values)} if rng.random() < 0.2 else {}
        made = machine.linker.call(machine, function, arguments, named)
        if type(made) is Stream:
            for _ in zip(range(20), machine.ticking(made.items), strict=False):
                pass
        return made

    machine, values = begin()
    kinds = {*METHODS} & {type(one) for one in values} | {str, float, list, dict, set}
    targets = [
        *(lambda _m, _v, one=one: one for one in ALL_BUILTINS.values()),
        *(
            lambda m, _v, module=module, one=one: LIBRARY[module](m).members[one]
            for module in LIBRARY
            for one in LIBRARY[module](machine).members
        ),
        *(
            lambda m, v, kind=kind, one=one: m.linker.attribute(m, receiver(v, kind), one)
            for kind in sorted(kinds, key=str)
            for one in METHODS[kind]
        ),
    ]
    for target in targets:
        for count in SHAPES:
            machine, values = begin()
            try:
                made = call(machine, values, target(machine, values), count)
                if isinstance(made, (Native, Opaque)):
                    call(machine, values, made, count)
            except (Raised, Abort, Stop):
                pass
