"""Labels of data brought to the labels of an API, each with the rule that matched it."""

from chameleonapi.data.mapping.matching import LabelMapper, Match, Rule
from chameleonapi.data.mapping.tables import read_hierarchy, read_label_table

__all__ = ["LabelMapper", "Match", "Rule", "read_hierarchy", "read_label_table"]
