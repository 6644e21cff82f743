"""All hostile applications: what each is, and how its analysis must end."""

import hostile_files
import hostile_growth
import hostile_reaching
import hostile_sources
import hostile_sums
from hostile_case import CASES, CLIENT, DECIDE

__all__ = ["CASES", "CLIENT", "DECIDE", "SECTIONS"]

SECTIONS = (hostile_growth, hostile_reaching, hostile_files, hostile_sources, hostile_sums)
