"""A whole application around a decision: client, conversion of the answer, entry point."""

from dataclasses import dataclass

from gen_decisions import body
from gen_plans import Bands, Best, Select, Word, matches
from gen_services import SCALARS, SERVICES
from gen_writer import Writer, indented

SHELLS = ("script", "function", "class", "flask", "lambda", "main", "module", "async", "actions")


@dataclass(frozen=True)
class Program:
    """Files of an application by name; ``main.py`` is started. ``drive``: what is called then."""

    files: dict
    shell: str
    drive: str = ""


def render(plan, api, rng, shell=None):
    """Write a plan as an application in a style of the random generator's choice."""
    service = SCALARS.get(api) or SERVICES[api]
    writer = Writer(rng, service)
    shell = shell or rng.choice(SHELLS)
    client = writer.fresh("client", "service", "api")
    setup = writer.pick(*service.setup).format(client=client).split("\n")
    call = writer.pick(*service.call).format(client=client)
    if isinstance(plan, Bands | Word):
        value = writer.fresh("score", "value", "feeling")
        reading = [
            f"answer = {call}",
            f"{value} = {writer.pick(*service.value).format(answer='answer')}",
        ]
        lines, given = body(writer, plan, value), value
    else:
        reading, given = _reading(writer, plan, service, call)
        lines = body(writer, plan, given)
    return _assemble(writer, plan, shell, setup, reading, given, lines)


def _reading(writer, plan, service, call):
    """Return lines that make the list of elements, in one of several forms, and its name."""
    rows = writer.fresh("labels", "found_labels", "items", "annotations")
    got = writer.pick(*service.rows)
    lines = writer.pick(
        [f"answer = {call}", f"{rows} = {got.format(answer='answer')}"],
        [f"{rows} = {got.format(answer=call)}"],
    )
    needs_score = any(one.score is not None for one in matches(plan)) or isinstance(plan, Best)
    form = writer.pick(
        "raw", "raw", "pair", "dict", "record", *([] if needs_score else ["name", "name"])
    )
    if form == "raw":
        return lines, rows
    name, score = writer.name_of("row"), writer.score_of("row")
    kept = writer.fresh("kept", "data", "seen")
    made = {
        "name": name,
        "pair": f"({name}, {score})",
        "dict": f'{{"label": {name}, "confidence": {score}}}',
        "record": f"Found({name}, {score})",
    }[form]
    if form == "record":
        writer.head += writer.pick(
            ["from collections import namedtuple", 'Found = namedtuple("Found", "label confidence")'],
            ["from dataclasses import dataclass", "@dataclass", "class Found:", "    label: str", "    confidence: float"],
            ["class Found:", "    def __init__(self, label, confidence):", "        self.label = label", "        self.confidence = confidence"],
            ["from typing import NamedTuple", "class Found(NamedTuple):", "    label: str", "    confidence: float"],
        )  # fmt: skip
    writer.form = form
    lines += writer.pick(
        [f"{kept} = [{made} for row in {rows}]"],
        [f"{kept} = []", f"for row in {rows}:", f"    {kept}.append({made})"],
        [f"{kept} = list(map(lambda row: {made}, {rows}))"],
    )
    return lines, kept


def _assemble(writer, plan, shell, setup, reading, given, lines):
    is_select = isinstance(plan, Select)
    emit = ["for one in chosen:", "    print(one)"] if is_select else ["print(chosen)"]
    constants = writer.constant_lines()
    head = ["import re", *setup, *constants, *writer.head]
    decide = writer.fresh("decide", "judge", "handle_labels")
    whole = [*reading, *lines]
    split = writer.pick(True, False)
    if split:
        define = [
            f"def {decide}({given}):",
            *indented(lines),
            "def run():",
            *indented(reading),
            f"    return {decide}({given})",
        ]
    else:
        define = ["def run():", *indented(whole)]
    drive = ""
    files = dict(writer.files)
    match shell:
        case "script":
            text = [*head, *define, "chosen = run()", *emit]
        case "function":
            text = [*head, *define, "def show(chosen):", *indented(emit), "show(run())"]
        case "main":
            text = [
                *head,
                *define,
                "def main():",
                "    chosen = run()",
                *indented(emit),
                'if __name__ == "__main__":',
                "    main()",
            ]
        case "class":
            inner = [
                "class App:",
                "    def __init__(self):",
                "        self.log = []",
                *indented(["def read(self):", *indented(reading), f"    return {given}"]),
                *indented([f"def {decide}(self, {given}):", *indented(lines)]),
                "    def run(self):",
                f"        return self.{decide}(self.read())",
            ]
            text = [*head, *inner, "chosen = App().run()", *emit]
        case "flask":
            text = [
                *head, *define, "from flask import Flask, request", "app = Flask(__name__)",
                '@app.route("/", methods=["POST"])', "def index():", "    chosen = run()",
                *(["    return {one: True for one in chosen}"] if is_select else ['    return {"action": chosen}']),
            ]  # fmt: skip
            drive = "index"
        case "lambda":
            text = [
                *head, *define, "def lambda_handler(event, context):", "    chosen = run()",
                *(["    return {one: True for one in chosen}"] if is_select else ['    return {"statusCode": 200, "body": chosen}']),
            ]  # fmt: skip
            drive = "lambda_handler"
        case "module":
            files["logic.py"] = "\n".join([*head, *define]) + "\n"
            text = writer.pick(
                ["from logic import run", "chosen = run()", *emit],
                ["import logic", "chosen = logic.run()", *emit],
                ["from logic import *", "chosen = run()", *emit],
                ["import logic as rules", "if True:", "    chosen = rules.run()", *indented(emit)],
            )
        case "async":
            text = [
                *head,
                *define,
                "import asyncio",
                "async def main():",
                "    chosen = run()",
                *indented(emit),
                "asyncio.run(main())",
            ]
        case "actions":
            text = [
                *head,
                *define,
                "class Door:",
                "    def say(self, text):",
                "        print(text)",
                "door = Door()",
                "chosen = run()",
                *(x.replace("print", "door.say") for x in emit),
            ]
    files["main.py"] = "\n".join(text) + "\n"
    return Program(files, shell, drive)
