"""The decision process: which answers lead an application to which outcome.

Frozen records with a strict JSON form, a reference interpreter (``decide``) and
the outcomes that are right for given true labels (``acceptable``). Standard
library only; refuses to know how a process was found or what is done with it.
"""

from chameleonapi.decision.asked import OTHER_OUTCOME, AskedProcess
from chameleonapi.decision.atoms import Atom, ElementTest, InnerTest, LabelTest, NumberTest
from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.kinds import Kind, Order, Status
from chameleonapi.decision.numbers import (
    Aggregate,
    Arithmetic,
    Constant,
    ElementValue,
    Field,
    Function,
    Number,
)
from chameleonapi.decision.objects import TrueObject, object_truth, reads_regions
from chameleonapi.decision.passages import Passage, TrueEntity, perfect_answer
from chameleonapi.decision.predicates import (
    Always,
    And,
    AutomatonGives,
    Compare,
    CountAtLeast,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    LengthAtLeast,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.process import DecisionProcess, load_process
from chameleonapi.decision.records import (
    Beside,
    Effect,
    Gap,
    Notice,
    Outcome,
    RequestShape,
    Verification,
    VocabularyReference,
    Witness,
)
from chameleonapi.decision.rules import NO_FLAGS, Case, Cases, Flag, Flags, Rules
from chameleonapi.decision.sets import Interval, IntervalSet, LabelSet
from chameleonapi.decision.span import Span
from chameleonapi.decision.text_rules import TextCall, TextConstant, TextRow, TextRule, TheText
from chameleonapi.decision.truth import TrueElement, Truth

__all__ = [
    "NO_FLAGS",
    "OTHER_OUTCOME",
    "Aggregate",
    "Always",
    "And",
    "Arithmetic",
    "AskedProcess",
    "Atom",
    "Automaton",
    "AutomatonGives",
    "Beside",
    "Case",
    "Cases",
    "Compare",
    "Constant",
    "CountAtLeast",
    "DecisionProcess",
    "Effect",
    "ElementAt",
    "ElementTest",
    "ElementValue",
    "Exists",
    "ExistsInTop",
    "Field",
    "FirstAmong",
    "Flag",
    "Flags",
    "Function",
    "Gap",
    "InnerTest",
    "Interval",
    "IntervalSet",
    "Kind",
    "LabelSet",
    "LabelTest",
    "LengthAtLeast",
    "Not",
    "Notice",
    "Number",
    "NumberTest",
    "Or",
    "Order",
    "Outcome",
    "Passage",
    "Predicate",
    "RequestShape",
    "Rules",
    "Span",
    "Status",
    "TextCall",
    "TextConstant",
    "TextRow",
    "TextRule",
    "TheText",
    "TrueElement",
    "TrueEntity",
    "TrueObject",
    "Truth",
    "Verification",
    "VocabularyReference",
    "Witness",
    "load_process",
    "object_truth",
    "perfect_answer",
    "reads_regions",
]
