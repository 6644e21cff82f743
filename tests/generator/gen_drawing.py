"""Random plans, and random answers that try them."""

from gen_plans import (
    At,
    AtLeast,
    Bands,
    Best,
    Both,
    Choice,
    Counted,
    Either,
    Every,
    First,
    InTop,
    Length,
    Match,
    Not,
    Select,
    Some,
    Tree,
    Word,
    matches,
)
from gen_services import SCALARS, SERVICES

OUTCOMES = ("open gate", "ring bell", "send mail", "call guard", "stay calm", "buy milk")
SHAPES = (
    "true_false", "true_false", "priority", "priority", "first", "first", "last", "select",
    "select", "count", "top", "best", "tree", "tree", "every", "second", "bands", "word",
)  # fmt: skip


def draw_plan(rng, shape=None):
    """Return an API and a plan for it."""
    shape = shape or rng.choice(SHAPES)
    if shape == "bands":
        cuts = tuple(
            sorted(rng.sample([-0.75, -0.5, -0.25, 0.0, 0.1, 0.3, 0.6], rng.randint(1, 3)))
        )
        return "google.language.analyze_sentiment", Bands(cuts, OUTCOMES[: len(cuts) + 1])
    if shape == "word":
        service = SCALARS["aws.comprehend.detect_sentiment"]
        words = rng.sample(service.words, rng.randint(1, 3))
        names = rng.sample(OUTCOMES, len(words) + 1)
        cases = [((one,), name) for one, name in zip(words, names, strict=False)]
        if len(cases) == 3:
            cases = [(cases[0][0] + cases[1][0], cases[0][1]), cases[2]]
        return service.api, Word(tuple(cases), names[-1])
    service = SERVICES[rng.choice(sorted(SERVICES))]
    return service.api, _plan(rng, shape, service)


def _plan(rng, shape, service):
    names = list(rng.sample(OUTCOMES, 5))
    match shape:
        case "true_false":
            return Choice(((_some(rng, service), names[0]),), names[1])
        case "priority":
            return Choice(
                tuple((_some(rng, service), names[i]) for i in range(rng.randint(2, 3))), names[4]
            )
        case "first" | "last":
            groups = _groups(rng, service, rng.randint(2, 3))
            return First(tuple(zip(groups, names, strict=False)), names[4], shape == "last")
        case "select":
            return Select(tuple((_some(rng, service), names[i]) for i in range(rng.randint(2, 3))))
        case "count":
            steps = tuple(sorted(rng.sample([1, 2, 3, 4], rng.randint(1, 2))))
            return Counted(_match(rng, service), steps, tuple(names[: len(steps) + 1]))
        case "top":
            k = rng.randint(2, 3)
            return Choice(
                tuple((InTop(k, _match(rng, service)), names[i]) for i in range(rng.randint(1, 2))),
                names[4],
            )
        case "best":
            groups = _groups(rng, service, rng.randint(1, 2), with_score=False)
            return Best(tuple(zip(groups, names, strict=False)), names[4])
        case "tree":
            return Tree(
                _condition(rng, service),
                names[0]
                if rng.random() < 0.5
                else Tree(_condition(rng, service), names[0], names[1]),
                names[2]
                if rng.random() < 0.5
                else Tree(_condition(rng, service), names[2], rng.choice(names[:2] + names[3:4])),
            )
        case "every":
            part = Both(Length(1), Every(_match(rng, service, is_wide=True)))
            return Choice(((part, names[0]),), names[1])
        case "second":
            return Choice(((At(rng.randint(0, 1), _match(rng, service)), names[0]),), names[1])
    raise AssertionError(shape)


def _some(rng, service):
    return Some(_match(rng, service))


def _groups(rng, service, count, *, with_score=True):
    """Return tests on different words."""
    words = rng.sample(service.names, min(count * 2, len(service.names)))
    score = rng.choice([None, None, 0.5, 0.7]) if with_score else None
    mode = rng.choice(["exact", "exact", "lower"])
    return [Match(mode, tuple(words[i::count]), score) for i in range(count)]


def _match(rng, service, *, is_wide=False):
    mode = rng.choice(
        [
            "exact",
            "exact",
            "exact",
            "lower",
            "lower",
            "inside",
            "inside",
            "prefix",
            "suffix",
            "word",
        ]
    )
    words = rng.sample(service.names, rng.randint(2, 4) if is_wide else rng.choice([1, 1, 2, 3]))
    if mode in {"inside", "suffix", "word"}:
        words = [one.split()[-1].lower() if mode != "suffix" else one[-3:] for one in words]
    elif mode == "prefix":
        words = [one[:3] for one in words]
    return Match(
        mode,
        tuple(dict.fromkeys(words)),
        rng.choice([None, None, None, 0.5, 0.65, 0.8, 0.9]),
        rng.random() < 0.4,
        rng.random() < (0.4 if is_wide else 0.12),
    )


def _condition(rng, service, depth=0):
    match rng.choice(
        ["some", "some", "some", "every", "least", "length", "at", "top", "not", "both", "either"]
        if depth < 1
        else ["some"]
    ):
        case "some":
            return _some(rng, service)
        case "every":
            return Every(_match(rng, service, is_wide=True))
        case "least":
            return AtLeast(_match(rng, service), rng.randint(2, 3))
        case "length":
            return Length(rng.randint(1, 3))
        case "at":
            return At(rng.randint(0, 1), _match(rng, service))
        case "top":
            return InTop(rng.randint(2, 3), _match(rng, service))
        case "not":
            return Not(_condition(rng, service, depth + 1))
        case "both":
            return Both(_condition(rng, service, depth + 1), _condition(rng, service, depth + 1))
        case "either":
            return Either(_condition(rng, service, depth + 1), _condition(rng, service, depth + 1))


def draw_rows(rng, api, plan):
    """Return pairs of name and score that try a plan: near its words and limits, never equal scores."""
    if api in SCALARS:
        service = SCALARS[api]
        cuts = getattr(plan, "cuts", (0.0,))
        number = rng.choice(
            [rng.uniform(-1, 1), rng.choice(cuts), rng.choice(cuts) + rng.choice([-0.01, 0.01])]
        )
        return [(rng.choice(service.words) if service.words else "", round(number, 4))]
    service = SERVICES[api]
    known = {one.lower() for one in service.names}
    wanted = [word for match in matches(plan) for word in match.words if word.lower() in known]
    by_lower = {one.lower(): one for one in service.names}
    pool = [
        *service.names,
        *(by_lower[one.lower()] for one in wanted),
        *(by_lower[one.lower()] for one in wanted),
    ]
    limits = [match.score for match in matches(plan) if match.score is not None] or [0.5]
    rows, taken = [], set()
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        score = round(
            rng.choice([rng.uniform(0.3, 1), rng.choice(limits) + rng.choice([-0.02, 0.0, 0.02])]),
            4,
        )
        while score in taken or score > 1:
            score = round(rng.uniform(0.3, 1), 4)
        taken.add(score)
        rows.append((rng.choice(pool), score))
    return rows
