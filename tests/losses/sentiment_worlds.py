"""Random decisions on how a text feels, of both providers."""

from hypothesis import strategies as st

from chameleonapi import decision as d

GOOGLE = "google.language.analyze_sentiment"
AWS = "aws.comprehend.detect_sentiment"
CLASSES = ("POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED")
SCORE = d.Field("documentSentiment.score")
NUMBERS = (
    SCORE,
    SCORE,
    d.Arithmetic("*", SCORE, d.Constant(100.0)),
    d.Arithmetic("-", d.Constant(0.3), SCORE),
    d.Arithmetic("*", SCORE, SCORE),
    d.Function("abs", (SCORE,)),
    d.Function("round", (d.Arithmetic("*", SCORE, d.Constant(5.0)),)),
)
TIDY = st.sampled_from([-0.75, -0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.3, 0.5, 0.8, 1.0])
SHARES = st.sampled_from([0.05, 0.3, 0.5, 0.6, 0.9])


@st.composite
def interval_sets(draw, ends):
    low, high = sorted([draw(ends), draw(ends)])
    match draw(st.integers(0, 3)):
        case 0:
            return d.IntervalSet((d.Interval(low, None, low_open=draw(st.booleans())),))
        case 1:
            return d.IntervalSet((d.Interval(None, high, high_open=draw(st.booleans())),))
        case 2 if low < high:
            return d.IntervalSet((d.Interval(low, high, high_open=draw(st.booleans())),))
        case _:
            return d.IntervalSet((d.Interval(low, low),))


def _process(api, rules, outcomes, atoms=()):
    return d.DecisionProcess(
        "app",
        api,
        d.Span("app.py", 1),
        d.Kind.VALUE_RANGES,
        rules,
        tuple(d.Outcome(one) for one in outcomes),
        tuple(atoms),
    )


def cases(api, *predicates, atoms=()):
    rules = d.Cases(tuple(d.Case(one, f"o{n}") for n, one in enumerate(predicates)), "rest")
    return _process(api, rules, [*(f"o{n}" for n in range(len(predicates))), "rest"], atoms)


def _nested(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(d.Not, inner),
            st.builds(lambda a, b: d.And((a, b)), inner, inner),
            st.builds(lambda a, b: d.Or((a, b)), inner, inner),
        ),
        max_leaves=3,
    )


@st.composite
def score_processes(draw):
    leaves = st.builds(d.Compare, st.sampled_from(NUMBERS), interval_sets(TIDY))
    some = draw(st.lists(_nested(leaves), min_size=1, max_size=3))
    if draw(st.integers(0, 3)):
        return cases(GOOGLE, *some)
    rules = d.Flags(tuple(d.Flag(one, f"o{n}") for n, one in enumerate(some)))
    return _process(GOOGLE, rules, [f"o{n}" for n in range(len(some))])


@st.composite
def class_processes(draw):
    atoms = []
    for number in range(draw(st.integers(1, 3))):
        tests = []
        if draw(st.booleans()):
            chosen = draw(st.sets(st.sampled_from(CLASSES), max_size=3))
            tests.append(d.LabelTest("Sentiment", d.LabelSet(frozenset(chosen))))
        if draw(st.booleans()):
            tests.append(d.NumberTest(share(draw(st.sampled_from(CLASSES))), draw(_shares())))
        atoms.append(d.Atom(f"a{number}", "", tuple(tests)))
    names = st.sampled_from([one.id for one in atoms])
    leaves = st.one_of(
        st.builds(d.Exists, names),
        names.map(lambda name: d.FirstAmong(name, (name,))),
        st.builds(d.Compare, st.sampled_from(CLASSES).map(share), _shares()),
    )
    some = draw(st.lists(_nested(leaves), min_size=1, max_size=3))
    return cases(AWS, *some, atoms=atoms)


def share(name):
    return d.Field(f"SentimentScore.{name.capitalize()}")


def _shares():
    return interval_sets(SHARES)
