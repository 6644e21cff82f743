"""Lifted operations against CPython, on any values."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.analysis.engine import load_program
from chameleonapi.apis import api_ids

LABEL = "google.vision.label_detection"
METHODS = [
    "lower()", "upper()", "strip()", "title()", "capitalize()", "swapcase()", "casefold()", "split()", "split('a')",
    "split(' ')[0]", "replace('a', 'bb')", "startswith('a')", "endswith(('a', 'b'))", "find('a')", "count('a')",
    "[1:]", "[:2]", "[::-1]", "[0]", "[-1]", "zfill(5)", "center(7, '*')", "partition(' ')", "isalpha()", "isdigit()",
    "lstrip('ab')", "rsplit(' ', 1)", "splitlines()", "removeprefix('a')", "encode('utf-8')", "index('a')", "join(['x', 'y'])",
]  # fmt: skip
NUMBERS = [
    "+ 1",
    "* 3",
    "- 0.5",
    "// 0.3",
    "% 0.7",
    "** 2",
    "/ 3",
    "> 0.5",
    "<= 0.25",
    "== 0.5",
    "!= 1",
]


def outcome(source, tmp_path, name, score):
    (tmp_path / "app.py").write_text(
        "from google.cloud import vision\n"
        "l = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations[0]\n"
        "name, score = l.description, l.score\n"
        f"try: result = {source}\nexcept Exception as error: result = type(error).__name__\n"
        "print('result', result)\n"
    )
    program = load_program(tmp_path / "app.py")
    answer = {"labelAnnotations": [{"description": name, "score": score}]}
    trace = program.run(
        program.entries[0], {}, {}, default={**{one: {} for one in api_ids()}, LABEL: answer}
    )
    (effect,) = trace.effects
    for test in trace.tests:
        values = {
            leaf: {"description": name, "score": score}.get(leaf.field, 1)
            for leaf in test.expression.leaves
        }
        assert bool(test.expression.evaluate(values)) is test.value
    return effect.concrete


def real(source, name, score):
    try:
        result = eval(source, {}, {"name": name, "score": score})
    except Exception as error:  # noqa: BLE001
        result = type(error).__name__
    return f"print 'result' {result!r}"


@settings(max_examples=150, deadline=None)
@given(
    chain=st.lists(st.sampled_from(METHODS), min_size=1, max_size=3),
    name=st.text("aAbB c1-/", max_size=8),
)
def test_chains_of_text_methods(chain, name, tmp_path_factory):
    source = "name" + "".join(one if one.startswith("[") else f".{one}" for one in chain)
    folder = tmp_path_factory.mktemp("chain")
    assert outcome(source, folder, name, 0.5) == real(source, name, 0.5)


@settings(max_examples=100, deadline=None)
@given(
    chain=st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
    score=st.floats(0, 1).map(lambda one: round(one, 3)),
)
def test_chains_of_arithmetic(chain, score, tmp_path_factory):
    source = "score"
    for one in chain:
        source = f"({source} {one})"
    folder = tmp_path_factory.mktemp("numbers")
    assert outcome(source, folder, "x", score) == real(source, "x", score)
