"""Tables and pages from saved records: what was found, measured and shown, for people.

Refuses to train, predict or measure; what is not in a record is not in a report. Terminal
tables need rich, pages jinja2, thumbnails Pillow, each loaded only where it is used.
"""

from chameleonapi.pipeline.run_record import RunRecord, RunRow
from chameleonapi.report.mermaid import decision_diagram
from chameleonapi.report.page import write_report
from chameleonapi.report.saved import SavedReport

__all__ = ["RunRecord", "RunRow", "SavedReport", "decision_diagram", "write_report"]
