"""A call is one of a function only where the function can take its arguments."""

import ast
import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.frontend.call_shapes import CallShape, can_take
from chameleonapi.decision import Status

APPLICATION = """
import tkinter
from google.cloud import language
client = language.LanguageServiceClient()
class Window:
    def judge(self, text, *, loud=False):
        mood = client.analyze_sentiment(document={"content": text}).document_sentiment
        print("calm" if mood.score > 0.25 else "upset")
def on_key(event):
    Window().judge(event.char)
def also(text):
    mood = client.analyze_sentiment(document={"content": text}).document_sentiment
    return "calm" if mood.score > 0.25 else "upset"
tkinter.Button(command=lambda: CALL)
tkinter.mainloop()
"""


def shape(call):
    return CallShape.of(ast.parse(call, mode="eval").body)


@pytest.mark.parametrize(
    ("function", "call", "fits"),
    [
        ("f()", "f()", True),
        ("f()", "f(1)", False),
        ("f(a)", "f()", False),
        ("f(a)", "f(1)", True),
        ("f(a)", "f(a=1)", True),
        ("f(a)", "f(b=1)", False),
        ("f(a)", "f(1, a=1)", False),
        ("f(a, b=1)", "f(1)", True),
        ("f(a, b=1)", "f(b=1)", False),
        ("f(a, b)", "f(*some)", True),
        ("f(a, b)", "f(**some)", True),
        ("f(a)", "f(1, 2, *some)", False),
        ("f(*a)", "f(1, 2)", True),
        ("f(a, **k)", "f(1, x=2)", True),
        ("f(a, /, **k)", "f(1, a=2)", True),
        ("f(a, *, b)", "f(1)", False),
        ("f(a, *, b)", "f(1, b=2)", True),
        ("f(a, *, b=1)", "f(1)", True),
    ],
)
def test_a_function_takes_what_python_binds(function, call, fits):
    (node,) = ast.parse(f"def {function}: pass").body
    assert can_take(node, shape(call), is_method=False) is fits
    if fits:
        (method,) = ast.parse(f"def {function.replace('f(', 'f(self, ')}: pass").body
        assert can_take(method, shape(call), is_method=True)


def test_a_method_may_be_called_with_its_object_or_on_it():
    (method,) = ast.parse("def judge(self, text): pass").body
    fits = {
        call: can_take(method, shape(call), is_method=True) for call in ("f()", "f(1)", "f(a, 1)")
    }
    assert fits == {"f()": False, "f(1)": True, "f(a, 1)": True}


@pytest.mark.parametrize("call", ["also()", "also('x', 'y')", "also(words='x')"])
def test_who_calls_with_wrong_arguments_is_no_caller(call, tmp_path):
    source = textwrap.dedent(APPLICATION).replace("CALL", call)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    (process,) = (one for one in report.processes if one.call.line > 10)
    assert process.status is Status.COMPLETE


def test_what_a_true_caller_makes_of_it_stays_open(tmp_path):
    source = textwrap.dedent(APPLICATION).replace("CALL", "also('x')")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    (process,) = (one for one in report.processes if one.call.line > 10)
    assert "callers" in {one.code for one in process.gaps}
