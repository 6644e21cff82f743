"""CPython as the judge of generated applications: run one under stand-ins for what it imports."""

import builtins
import contextlib
import io
import os
import sys
import types
import warnings


class _Message:
    def __init__(self, record):
        self._record = record

    def __getattr__(self, name):
        first, *rest = name.split("_")
        value = self._record.get(first + "".join(map(str.title, rest)))
        if value is None:
            return []
        if isinstance(value, list):
            return [_Message(one) for one in value]
        return _Message(value) if isinstance(value, dict) else value


def _modules(answer):
    def client(*_arguments, **_named):
        def call(*_given, **_more):
            return answer

        return _Client(call)

    class _Client:
        def __init__(self, call):
            self._call = call

        def __getattr__(self, name):
            return self._call

    def message_client(*_arguments, **_named):
        return _Client(lambda *_a, **_k: _Message(answer))

    class Flask:
        def __init__(self, *_a):
            pass

        def route(self, *_a, **_k):
            return lambda function: function

    made = {name: types.ModuleType(name) for name in ("google", "google.cloud", "boto3", "flask")}
    for name in ("vision", "vision_v1", "language", "language_v1"):
        module = types.ModuleType(f"google.cloud.{name}")
        module.ImageAnnotatorClient = module.LanguageServiceClient = message_client
        made[f"google.cloud.{name}"] = module
        setattr(made["google.cloud"], name, module)
    made["google"].cloud = made["google.cloud"]
    made["boto3"].client = client
    made["boto3"].Session = lambda *_a, **_k: types.SimpleNamespace(client=client)
    made["flask"].Flask, made["flask"].request = Flask, None
    return made


def run(program, answer, folder):
    """Return what the application says on an answer: the names that it prints or returns."""
    said = []
    foreign = _modules(answer)
    own = {name.removesuffix(".py") for name in program.files if name.endswith(".py")}
    saved = {name: sys.modules.pop(name, None) for name in (*foreign, *own)}
    here = os.getcwd()  # noqa: PTH109
    sys.modules.update(foreign)
    sys.path.insert(0, str(folder))
    dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    os.chdir(folder)
    space = {"__name__": "__main__", "print": lambda *parts: said.extend(map(str, parts))}
    real = builtins.print
    builtins.print = space["print"]
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # people leave files open
            exec(compile(program.files["main.py"], "main.py", "exec"), space)
            if program.drive == "lambda_handler":
                returned = space["lambda_handler"]({}, None)
                said.extend([returned["body"]] if "body" in returned else returned)
            elif program.drive == "index":
                returned = space["index"]()
                said.extend([returned["action"]] if "action" in returned else returned)
    finally:
        builtins.print = real
        os.chdir(here)
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = dont_write
        for name, module in saved.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
    return said
