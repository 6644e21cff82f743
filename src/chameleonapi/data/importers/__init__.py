"""Labelled pictures of other tools, brought into our form.

A reader knows one format and yields examples with the labels of the source. What follows is the
same for all: pictures are checked, labels mapped, duplicates found, and what does not fit is
listed. Nothing is fetched, executed, or read outside the source.
"""

from chameleonapi.data.importers.findings import Finding
from chameleonapi.data.importers.importing import ImportSettings, import_data
from chameleonapi.data.importers.locations import Locations, parse_location
from chameleonapi.data.importers.registry import FORMATS, detect
from chameleonapi.data.importers.report import ImportReport, LabelCount

__all__ = [
    "FORMATS",
    "Finding",
    "ImportReport",
    "ImportSettings",
    "LabelCount",
    "Locations",
    "detect",
    "import_data",
    "parse_location",
]
