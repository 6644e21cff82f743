"""The pages say what is: links lead somewhere, code runs, tables agree with the code."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import chameleonapi
from chameleonapi import errors
from chameleonapi.apis import api_ids
from chameleonapi.cli.analyze import FOUND
from chameleonapi.cli.certify import NOT_PROVED
from chameleonapi.cli.main import BROKEN_PIPE, INTERRUPTED, make_parser
from chameleonapi.decision import Kind, Order, Predicate, Status
from chameleonapi.report import page as report_page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])
NAMES = [str(one.relative_to(ROOT)) for one in PAGES]
# Pages whose Python is not run here, and why.
NOT_RUN = {
    "docs/serving.md": "starts a server and an application of the reader's",
    "docs/several-machines.md": "starts a Ray cluster; tests/serving/clients/test_ray.py does",
}

_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    """Yield (language, rest of the head, content) of the fenced blocks of a page."""
    for head, content in _FENCE.findall(page.read_text("utf-8")):
        language, _, rest = head.strip().partition(" ")
        yield language, rest, content


def anchors(page):
    text = _FENCE.sub("", page.read_text("utf-8"))
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in heads]
    return set(plain)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_relative_link_leads_somewhere(page):
    text = _FENCE.sub("", page.read_text("utf-8"))
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if (
            not file.is_relative_to(ROOT)
            or not file.exists()
            or (anchor and anchor not in anchors(file))
        ):
            missing.append(target)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_python_on_a_page_runs(page, tmp_path):
    name = str(page.relative_to(ROOT))
    code = [content for language, _, content in blocks(page) if language == "python"]
    if name in NOT_RUN:
        assert code, f"{name} holds no Python: take it off the list"
        return
    for _, rest, content in blocks(page):
        if rest.startswith("file="):
            (tmp_path / Path(rest.removeprefix("file=")).name).write_text(content, "utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    if code:
        source = Path(chameleonapi.__file__).parents[1]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", "\n".join(code)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(source)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def commands():
    for page in PAGES:
        for language, _, content in blocks(page):
            if language in {"sh", "console"}:
                for line in content.splitlines():
                    words = shlex.split(line.removeprefix("$ "), comments=True)
                    if words[:1] == ["chameleon"]:
                        yield pytest.param(words[1:], id=f"{page.name}: {line}")
    template = Path(report_page.__file__).parent / "templates" / "_next.html.j2"
    for line in re.findall(r"<code>(chameleon [^<]*)</code>", template.read_text("utf-8")):
        yield pytest.param(shlex.split(line)[1:], id=f"report: {line}")


@pytest.mark.parametrize("words", list(commands()))
def test_commands_on_a_page_parse(words):
    assert callable(make_parser().parse_args(words).run)


def table(page, header):
    """Return the rows of the table that begins with this header, as lists of cells."""
    lines = (DOCS / page).read_text("utf-8").splitlines()
    start = lines.index(header) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def test_every_error_is_on_its_page():
    rows = table("errors.md", "| class | exit code | also a | when |")
    written = {name: (int(code), also) for name, code, also, _ in rows}
    real = {}
    for name in errors.__all__:
        kind = getattr(errors, name)
        bases = [one.__name__ for one in kind.__bases__ if one is not errors.ChameleonError]
        real[name] = (kind.exit_code, bases[0] if bases else "Exception")
    assert written == real
    assert len(rows) == len(written)


def test_every_other_exit_code_is_on_the_page():
    codes = {int(row[0]) for row in table("errors.md", "| exit code | when |")}
    assert codes == {0, 1, FOUND, NOT_PROVED, INTERRUPTED, BROKEN_PIPE}
    assert not codes & {getattr(errors, name).exit_code for name in errors.__all__} - {1}


def test_every_predicate_is_on_its_page():
    rows = table("decision-process.md", "| op | true when |")
    written = {op for row in rows for op in re.findall(r"\w+", row[0])}
    assert written == {one.op for one in Predicate.__args__}


def test_every_kind_order_and_status_is_on_its_page():
    rows = table("decision-process.md", "| kind | the application |")
    assert [row[0] for row in rows] == [one.name for one in Kind]
    text = (DOCS / "decision-process.md").read_text("utf-8")
    for one in (*Order, *Status):
        assert f"`{one.value}`" in text


def test_the_rooms_are_those_of_the_import_rules():
    setting = (ROOT / "pyproject.toml").read_text("utf-8")
    layers = re.search(r"^layers = \[(.*?)\]", setting, re.MULTILINE | re.DOTALL).group(1)
    real = re.findall(r'"([^"]*)"', layers)
    (written,) = [
        content
        for language, rest, content in blocks(DOCS / "architecture.md")
        if (language, rest) == ("text", "layers")
    ]
    assert written.splitlines() == real
    rooms = {
        row[0] for row in table("architecture.md", "| room | what it is for | what it refuses |")
    }
    assert rooms == {room for layer in real for room in layer.split(" | ")} - {"__main__"}


def test_every_schema_is_on_the_page():
    source = Path(chameleonapi.__file__).parent
    real = {
        schema
        for file in source.rglob("*.py")
        for schema in re.findall(
            r'SCHEMA\b.*= "(chameleonapi\.[\w-]+/\d+)"', file.read_text("utf-8")
        )
    }
    real -= {"chameleonapi.analysis-cache/1"}  # no record: nobody but the cache reads it
    rows = table("architecture.md", "| record | schema | written by |")
    assert {row[1] for row in rows} == real


def test_every_page_can_be_reached_from_the_index():
    seen, todo = set(), [DOCS / "index.md"]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        text = _FENCE.sub("", page.read_text("utf-8"))
        links = re.findall(r"\]\(([^)\s#]+\.md)[^)]*\)", text)
        todo += [(page.parent / one).resolve() for one in links]
    # Decisions are a folder that grows by itself; the index links to the folder.
    pages = {one.resolve() for one in DOCS.rglob("*.md") if one.parent.name != "decisions"}
    assert pages - seen == set(), "link these pages from docs/index.md"


def test_limits_that_the_report_has_are_said():
    text = " ".join((DOCS / "limitations.md").read_text("utf-8").split())
    assert f"{report_page._CHANGES} fixed and {report_page._CHANGES} broken" in text
    assert f"{report_page._RUN_ROWS} rows of a live run" in text


def test_every_reason_of_a_gap_is_on_the_page():
    makers = {"Gap", "gap", "_gap", "Abort"}
    real = set()
    for file in (Path(chameleonapi.__file__).parent / "analysis").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if getattr(node.func, "attr", getattr(node.func, "id", "")) in makers:
                parts = ast.walk(node.args[0])
                real |= {
                    one.value
                    for one in parts
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    rows = table("analysis.md", "| code | what it means | what helps |")
    assert [row[0] for row in rows] == sorted(real)


def test_every_api_is_on_the_page():
    written = set()
    for _, cell in table("analysis.md", "| provider | operations |"):
        prefix, _, names = cell.strip("`").partition("` ")
        written |= {prefix + name for name in names.split(", ")}
    assert written == set(api_ids())


def test_every_option_of_the_analysis_is_on_its_page():
    parser = make_parser()
    (group,) = (one for one in parser._actions if hasattr(one, "choices") and one.choices)
    text = (DOCS / "analysis.md").read_text("utf-8")
    options = [name for one in group.choices["analyze"]._actions for name in one.option_strings]
    missing = [one for one in options if one.startswith("--") and one not in text]
    assert missing == ["--help"]
