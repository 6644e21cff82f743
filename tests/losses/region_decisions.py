"""Random decisions on what is where in a picture, and random pictures to decide on."""

import torch
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.apis import Detections, object_answer

GOOGLE = "google.vision.object_localization"
AWS = "aws.rekognition.detect_labels"
PATHS = {GOOGLE: "localizedObjectAnnotations", AWS: "Labels"}
NAMES = {GOOGLE: "name", AWS: "Name"}
LABELS = ("Cup", "Ball", "Dog", "Shoe")
REGIONS = 4


def corner(number, axis):
    return d.Field(f"boundingPoly.normalizedVertices.{number}.{axis}")


WIDTH = d.Arithmetic("-", corner(2, "x"), corner(0, "x"))
HEIGHT = d.Arithmetic("-", corner(2, "y"), corner(0, "y"))
AREA = d.Arithmetic("*", WIDTH, HEIGHT)
CENTRE = d.Arithmetic("/", d.Arithmetic("+", corner(0, "x"), corner(1, "x")), d.Constant(2.0))
SPREAD = d.Arithmetic(
    "-",
    d.Function("max", tuple(corner(one, "y") for one in range(4))),
    d.Function("min", tuple(corner(one, "y") for one in range(4))),
)
RATIO = d.Arithmetic("/", WIDTH, HEIGHT)
WEIGHED = d.Arithmetic("*", d.Field("score"), AREA)
PLACES = (AREA, CENTRE, SPREAD, RATIO, WEIGHED, WIDTH, d.Field("score"))
COUNT = d.Field("Instances.#")


def intervals(low, high):
    ends = st.floats(low, high).map(lambda one: round(one, 2))
    return st.one_of(
        st.builds(d.IntervalSet.at_least, ends),
        st.builds(d.IntervalSet.at_most, ends),
        st.tuples(ends, ends).map(
            lambda pair: d.IntervalSet((d.Interval(min(pair), max(pair) + 0.05),))
        ),
        ends.map(lambda end: d.IntervalSet((d.Interval(end, None, low_open=True),))),
    )


@st.composite
def element_tests(draw, api):
    tests = []
    labels = draw(st.sets(st.sampled_from(LABELS), max_size=2))
    if labels:
        chosen = d.LabelSet(frozenset(labels), draw(st.booleans()))
        tests.append(d.LabelTest(NAMES[api], chosen))
    if draw(st.booleans()):
        if api == GOOGLE:
            tests.append(d.NumberTest(draw(st.sampled_from(PLACES)), draw(intervals(0.1, 0.9))))
        elif draw(st.booleans()):
            tests.append(d.NumberTest(COUNT, draw(intervals(0, REGIONS + 1))))
        else:
            tests.append(d.NumberTest(d.Field("Confidence"), draw(intervals(30, 90))))
    return tuple(tests)


@st.composite
def leaves(draw, api, names):
    path = PATHS[api]
    atom = draw(st.sampled_from(names))
    count = draw(st.integers(1, 3))
    numbers = PLACES if api == GOOGLE else (COUNT, d.Field("Confidence"))
    number = draw(st.sampled_from(numbers))
    scale = 1.0 if api == GOOGLE else 4.0
    match draw(st.integers(0, 8)):
        case 0:
            return d.Exists(atom)
        case 1:
            return d.CountAtLeast(atom, count)
        case 2:
            return d.LengthAtLeast(path, count)
        case 3:
            return d.ElementAt(draw(st.sampled_from([0, 1, 2, -1, -2])), atom)
        case 4:
            among = draw(st.sampled_from([None, *names]))
            return d.ExistsInTop(count, atom, among=among)
        case 5 | 6:
            among = tuple({atom, draw(st.sampled_from(names))})
            return d.FirstAmong(atom, among, from_end=draw(st.booleans()))
        case 7:
            how = draw(st.sampled_from(["count", "sum", "mean", "max", "min", "first", "last"]))
            where = draw(st.sampled_from([None, *names]))
            value = None if how == "count" else number
            return d.Compare(
                d.Aggregate(how, path, value, where), draw(intervals(0.1, 1.5 * scale))
            )
        case _:
            index = draw(st.sampled_from([0, 1, -1]))
            return d.Compare(d.ElementValue(path, index, number), draw(intervals(0.1, 0.9 * scale)))


@st.composite
def region_processes(draw, api):
    atoms = tuple(
        d.Atom(f"a{one}", PATHS[api], draw(element_tests(api)))
        for one in range(draw(st.integers(1, 3)))
    )
    names = [one.id for one in atoms]
    predicates = st.recursive(
        leaves(api, names),
        lambda inner: st.one_of(
            st.builds(d.Not, inner),
            st.builds(lambda a, b: d.And((a, b)), inner, inner),
            st.builds(lambda a, b: d.Or((a, b)), inner, inner),
        ),
        max_leaves=3,
    )
    some = draw(st.lists(predicates, min_size=1, max_size=3))
    if draw(st.booleans()):
        rules = d.Cases(tuple(d.Case(one, f"o{n}") for n, one in enumerate(some)), "rest")
    else:
        rules = d.Flags(tuple(d.Flag(one, f"o{n}") for n, one in enumerate(some)))
    outcomes = [f"o{n}" for n in range(len(some))]
    if isinstance(rules, d.Cases):
        outcomes.append("rest")
    request = d.RequestShape(
        max_results=draw(st.sampled_from([None, None, 1, 3])),
        min_score=draw(st.sampled_from([None, 0.2, 0.75])),
    )
    return d.DecisionProcess(
        "app",
        api,
        d.Span("app.py", 1),
        d.Kind.GENERAL,
        rules,
        tuple(d.Outcome(one) for one in outcomes),
        atoms,
        request=request,
    )


def pictures(rows, *, seed, dtype=torch.float64, absent=True):
    """Rows of logits and boxes, some regions of which are not there."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(rows, len(LABELS), REGIONS, generator=generator, dtype=dtype)
    corners = torch.rand(rows, REGIONS, 2, 2, generator=generator, dtype=dtype).sort(-1).values
    boxes = torch.stack(
        [corners[..., 0, 0], corners[..., 1, 0], corners[..., 0, 1], corners[..., 1, 1]], -1
    )
    if absent:
        missing = torch.rand(rows, 1, REGIONS, generator=generator) < 0.2
        logits = logits.masked_fill(missing, -60.0)
    return torch.cat([logits.flatten(1), boxes.flatten(1)], 1)


def found_in(row):
    """What a row says, region by region, without those that are not there."""
    slots = len(LABELS) * REGIONS
    logits, boxes = row[:slots].reshape(len(LABELS), REGIONS), row[slots:].reshape(REGIONS, 4)
    there = [one for one in range(REGIONS) if logits[0, one] > -60]
    scores = torch.sigmoid(logits)
    return Detections(
        LABELS,
        [tuple(boxes[one].tolist()) for one in there],
        [[float(scores[label, one]) for one in there] for label in range(len(LABELS))],
    )


def served(process, rows):
    """The outcome of each row, the long way: through the answer in the provider's form."""
    answers = [
        object_answer(
            process.spec,
            found_in(row),
            shown_score=process.shown_score,
            max_results=process.max_results,
        )
        for row in rows
    ]
    return [process.decide(answer).id for answer in answers]
