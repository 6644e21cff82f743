"""Records in a terminal: the decision, the rates, the live run.

On a terminal with colour and room the tables have lines and symbols; in a pipe, with
``NO_COLOR``, in a narrow window or where only ASCII can be written they are plain text.
"""

from chameleonapi.report.terminal.analyses import analyses_table
from chameleonapi.report.terminal.analysis import analysis_text
from chameleonapi.report.terminal.decision import decision_panel
from chameleonapi.report.terminal.rates import rates_table
from chameleonapi.report.terminal.replay import replay_text
from chameleonapi.report.terminal.run import run_table

__all__ = [
    "analyses_table",
    "analysis_text",
    "decision_panel",
    "rates_table",
    "replay_text",
    "run_table",
]
