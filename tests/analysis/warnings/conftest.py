from __future__ import annotations

import functools
import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.report import AnalysisReport
from chameleonapi.decision import Notice

BUDGET = Budget(verification_answers=300)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    @functools.cache
    def analysed(source: str) -> AnalysisReport:
        folder = tmp_path_factory.mktemp("app")
        (folder / "app.py").write_text(source, "utf-8")
        return analyze(folder, budget=BUDGET)

    def warnings(start: str, body: str) -> list[Notice]:
        report = analysed(start + textwrap.dedent(body))
        assert report.processes or report.calls_without_decision, report.gaps
        return list(report.warnings)

    return warnings
