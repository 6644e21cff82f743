import io
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from rich.console import Console

import strategies
from chameleonapi.decision import Effect, Outcome, Span
from chameleonapi.evaluation.record import Rate
from chameleonapi.report import RunRow
from chameleonapi.report.terminal import decision_panel, rates_table, run_table
from report import samples

GOLDENS = Path(__file__).parent / "goldens"
EVALUATION = samples.evaluation()
RUN = samples.run_record(EVALUATION)


def shown(renderable, *, width=110, terminal=False, encoding="utf-8"):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=stream,
        width=width,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        no_color=False,
        legacy_windows=False,
        highlight=False,
    )
    console.print(renderable)
    stream.flush()
    text = stream.buffer.getvalue().decode(encoding)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


@pytest.fixture
def application(tmp_path):
    (tmp_path / samples.FILE).write_text(samples.SOURCE, "utf-8")
    return tmp_path


def check_golden(name, text):
    """Compare with a saved text; UPDATE_GOLDENS=1 rewrites it, for a person to look at."""
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("terminal", {"width": 124, "terminal": True}),
        ("pipe", {"width": 100}),
        ("narrow", {"width": 60, "terminal": True}),
    ],
)
class TestSnapshots:
    def test_decision(self, application, mode, options):
        panel = decision_panel(samples.smart_bin(), application)
        check_golden(f"decision-{mode}", shown(panel, **options))

    def test_flags(self, mode, options):
        check_golden(f"flags-{mode}", shown(decision_panel(samples.multi_select(3)), **options))

    def test_rates(self, mode, options):
        check_golden(f"rates-{mode}", shown(rates_table(EVALUATION), **options))

    def test_run(self, mode, options):
        check_golden(f"run-{mode}", shown(run_table(RUN.rows), **options))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_a_pipe_gets_nothing_but_ascii(application, width):
    for one in (
        decision_panel(samples.smart_bin(), application),
        rates_table(EVALUATION),
        run_table(RUN.rows),
    ):
        assert shown(one, width=width).isascii()
        assert max(map(len, shown(one, width=width).splitlines())) <= width


def test_no_color_gives_plain_text_on_a_terminal(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=110, highlight=False)
    console.print(rates_table(EVALUATION))
    console.print(decision_panel(samples.smart_bin()))
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", stream.getvalue())
    assert "●" not in stream.getvalue()
    assert "│" not in stream.getvalue()


def test_the_warning_stands_at_its_line(application):
    text = shown(decision_panel(samples.smart_bin(), application))
    code, carets = text[text.index("     8 | ") :].splitlines()[:2]
    assert code[carets.index("^") : len(carets)] == '"Tin can"'
    assert "^" not in shown(decision_panel(samples.smart_bin()))


def test_untrusted_text_neither_acts_nor_marks_up():
    evil = "\x1b[2J[bold]x[/]\u202e\ud800"
    process = samples.smart_bin(
        call=Span(evil, 1),
        outcomes=tuple(
            Outcome(one.id, (Effect(Span(evil, 1), evil),)) for one in samples.smart_bin().outcomes
        ),
    )
    row = RunRow(evil, (evil,), evil, evil, evil, evil)
    for terminal in (False, True):
        for one in (decision_panel(process), run_table([row])):
            text = shown(one, terminal=terminal, width=140)
            assert "\x1b[2J" not in text
            assert "\u202e" not in text
            assert "\\x1b[2J[bold]x" in text


def test_a_terminal_that_takes_only_ascii_gets_escapes():
    row = RunRow("水.png", ("é",), "→", "é", "a", "é")
    text = shown(run_table([row]), encoding="ascii", terminal=True)
    assert "\\u6c34.png" in text
    assert "ok" in text


def test_a_rate_without_interval_is_shown_without_one():
    nothing = Rate(float("nan"), float("nan"), float("nan"))
    method = replace(EVALUATION.methods[0], balanced=nothing)
    found = replace(EVALUATION, methods=(method, *EVALUATION.methods[1:]))
    assert "no interval" in shown(rates_table(found), width=140)


@settings(max_examples=40, deadline=None)
@given(strategies.processes())
def test_every_process_can_be_shown(process):
    assert process.status.name in shown(decision_panel(process))
    assert shown(decision_panel(process), width=40, terminal=True)


def test_unchanged_pictures_can_be_left_out_but_still_count():
    every, changed = shown(run_table(RUN.rows)), shown(run_table(RUN.rows, only_changed=True))
    assert every.splitlines()[-1] == changed.splitlines()[-1]
    different = [one for one in RUN.rows if one.is_generic_right is not one.is_customised_right]
    assert 0 < len(different) < len(RUN.rows)
    for row in RUN.rows:
        assert (row.picture in changed) == (row in different)
