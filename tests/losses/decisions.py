"""Small decisions on labels, for the tests of this room."""

import torch

from chameleonapi import decision as d
from chameleonapi.apis import LabelScores, label_answer

API = "google.vision.label_detection"
PATH = "labelAnnotations"
LABELS = ("apple", "pear", "glass", "paper", "shirt", "dog", "cat", "sky")
SCORE = d.Field("score")


def atom(name, *labels, least=None, most=None, complement=False):
    tests = []
    if labels or complement:
        tests.append(d.LabelTest("description", d.LabelSet(frozenset(labels), complement)))
    if least is not None:
        tests.append(d.NumberTest(SCORE, d.IntervalSet.at_least(least)))
    if most is not None:
        tests.append(d.NumberTest(SCORE, d.IntervalSet.at_most(most)))
    return d.Atom(name, PATH, tuple(tests), text=f"label in {labels}")


ATOMS = (
    atom("fruit", "apple", "pear"),
    atom("recycling", "glass", "paper"),
    atom("clothing", "shirt"),
)
NAMES = tuple(one.id for one in ATOMS)


def process(
    rules, *, kind=d.Kind.GENERAL, atoms=ATOMS, order=None, automata=(), api=API, **request
):
    rows = rules.cases if isinstance(rules, d.Cases) else rules.flags
    names = [row.outcome for row in rows]
    if isinstance(rules, d.Cases):
        names.append(rules.default)
    return d.DecisionProcess(
        "app",
        api,
        d.Span("app.py", 1),
        kind,
        rules,
        tuple(d.Outcome(one) for one in dict.fromkeys(names)),
        tuple(atoms),
        tuple(automata),
        order,
        d.RequestShape(**request),
    )


def yes_or_no(predicate, **options):
    """A decision that is nothing but one predicate."""
    return process(d.Cases((d.Case(predicate, "yes"),), "no"), **options)


def true_false(**options):
    return yes_or_no(d.Exists("fruit"), kind=d.Kind.TRUE_FALSE, **options)


def in_api_order(**options):
    rows = tuple(d.Case(d.FirstAmong(one, NAMES), one) for one in NAMES)
    options = {"order": d.Order.API, "kind": d.Kind.MULTI_CHOICE, **options}
    return process(d.Cases(rows, "trash"), **options)


def in_application_order(**options):
    rows = tuple(d.Case(d.Exists(one), one) for one in NAMES)
    options = {"order": d.Order.APPLICATION, "kind": d.Kind.MULTI_CHOICE, **options}
    return process(d.Cases(rows, "trash"), **options)


def multi_select(**options):
    rows = tuple(d.Flag(d.Exists(one), one) for one in NAMES)
    return process(d.Flags(rows), kind=d.Kind.MULTI_SELECT, **options)


def served(decision_process, labels, logits):
    """The outcome of each row, the long way: through the answer in the provider's form."""
    found = []
    for row in torch.sigmoid(logits):
        answer = label_answer(
            decision_process.spec,
            LabelScores(tuple(labels), row.tolist()),
            shown_score=decision_process.shown_score,
            max_results=decision_process.max_results,
        )
        found.append(decision_process.decide(answer).id)
    return found


def random_logits(rows, labels=LABELS, *, seed=0, spread=2.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.randn(rows, len(labels), generator=generator, dtype=torch.float64).to(dtype) * spread
    )


def row(labels=LABELS, *, rest=-4.0, **logits):
    """One row of logits, by label."""
    return torch.tensor([[logits.get(one, rest) for one in labels]], dtype=torch.float64)


def present(*rows, labels=LABELS):
    return torch.tensor([[one in names for one in labels] for names in rows])


# "apple then dog": a reading that none of the named shapes expresses
THEN = d.Automaton(
    "then",
    PATH,
    ("fruit", "clothing"),
    ((False, False), (True, False), (False, True)),
    ((0, 1, 0), (1, 1, 2), (2, 2, 2)),
    ("no", "no", "yes"),
)
SCORED = (
    *ATOMS,
    atom("sure", "apple", "pear", least=0.8),
    atom("vague", "apple", "glass", most=0.9),
    atom("other", "apple", complement=True),
)


def aggregate(how, where=None, value=SCORE):
    return d.Aggregate(how, PATH, None if how == "count" else value, where)


AT_LEAST_ONE = d.IntervalSet.at_least(1.0)
BETWEEN = d.IntervalSet((d.Interval(0.55, 0.85),))

PREDICATES = {
    "always": d.Always(),
    "exists": d.Exists("fruit"),
    "exists, sure": d.Exists("sure"),
    "exists, vague": d.Exists("vague"),
    "exists, all but one": d.Exists("other"),
    "not": d.Not(d.Exists("fruit")),
    "and": d.And((d.Exists("fruit"), d.Exists("clothing"))),
    "or": d.Or((d.Exists("fruit"), d.Exists("clothing"))),
    "and of nothing": d.And(()),
    "or of nothing": d.Or(()),
    "count 2": d.CountAtLeast("recycling", 2),
    "count 3 of all but one": d.CountAtLeast("other", 3),
    "count 0": d.CountAtLeast("fruit", 0),
    "count 9": d.CountAtLeast("fruit", 9),
    "length 3": d.LengthAtLeast(PATH, 3),
    "at 0": d.ElementAt(0, "fruit"),
    "at 2": d.ElementAt(2, "recycling"),
    "at 1, vague": d.ElementAt(1, "vague"),
    "at -1": d.ElementAt(-1, "fruit"),
    "at -2": d.ElementAt(-2, "other"),
    "top 1": d.ExistsInTop(1, "fruit"),
    "top 2": d.ExistsInTop(2, "fruit", by="score"),
    "top 2 without rivals": d.ExistsInTop(2, "fruit", among="fruit"),
    "top 2 among": d.ExistsInTop(2, "fruit", among="other"),
    "top 1, vague": d.ExistsInTop(1, "vague"),
    "top 2, vague among": d.ExistsInTop(2, "fruit", among="vague"),
    "first": d.FirstAmong("fruit", ("fruit", "recycling", "clothing")),
    "first, sure": d.FirstAmong("recycling", ("recycling", "sure")),
    "first, vague": d.FirstAmong("vague", ("vague", "clothing")),
    "last": d.FirstAmong("fruit", ("fruit", "recycling"), from_end=True),
    "automaton": d.AutomatonGives("then", "yes"),
    "count in": d.Compare(aggregate("count", "other"), BETWEEN.inverse()),
    "count is 2": d.Compare(aggregate("count"), d.IntervalSet.between(2.0, 2.0)),
    "count above 1": d.Compare(aggregate("count"), d.IntervalSet.at_least(1.0, strictly=True)),
    "count below 3": d.Compare(aggregate("count"), d.IntervalSet.at_most(3.0, strictly=True)),
    "maximum": d.Compare(aggregate("max", "other"), BETWEEN),
    "minimum": d.Compare(aggregate("min", "recycling"), BETWEEN),
    "maximum at all": d.Compare(aggregate("max", "fruit"), d.IntervalSet((d.Interval(),))),
    "sum": d.Compare(aggregate("sum", "other"), AT_LEAST_ONE),
    "mean": d.Compare(aggregate("mean", "other"), d.IntervalSet.at_least(0.75)),
    "first score": d.Compare(aggregate("first", "recycling"), BETWEEN),
    "last score": d.Compare(aggregate("last"), BETWEEN),
    "element": d.Compare(d.ElementValue(PATH, 1, SCORE), BETWEEN),
    "element from the end": d.Compare(d.ElementValue(PATH, -2, SCORE), BETWEEN),
    "element out of reach": d.Compare(d.ElementValue(PATH, 99, SCORE), BETWEEN),
    "difference": d.Compare(
        d.Arithmetic("-", aggregate("sum", "fruit"), aggregate("sum", "recycling")),
        d.IntervalSet.at_least(0.0, strictly=True),
    ),
    "share": d.Compare(
        d.Arithmetic("/", aggregate("count", "fruit"), aggregate("count", "recycling")),
        AT_LEAST_ONE,
    ),
    "score of one label beside another": d.Compare(
        d.Arithmetic(
            "-",
            d.Function("default", (aggregate("max", "fruit"), d.Constant(0.25))),
            d.Function("default", (aggregate("last", "recycling"), d.Constant(0.0))),
        ),
        d.IntervalSet.at_least(0.0, strictly=True),
    ),
    "length of two scores": d.Compare(
        d.Function("hypot", (aggregate("max", "fruit"), aggregate("max", "recycling"))), BETWEEN
    ),
    "gap of counts": d.Compare(
        d.Arithmetic("-", aggregate("count", "other"), aggregate("count", "fruit")),
        d.IntervalSet.at_least(1.0),
    ),
    "largest of two": d.Compare(
        d.Function("max", (aggregate("max", "fruit"), aggregate("min", "recycling"))), BETWEEN
    ),
    "smallest of two": d.Compare(d.Function("min", (aggregate("first"), d.Constant(0.7))), BETWEEN),
    "logarithm": d.Compare(
        d.Function("log", (aggregate("sum", "fruit"),)), d.IntervalSet.at_least(-0.3)
    ),
}
