"""Random decisions on what texts name, and random texts to decide on."""

import random

from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.apis import Mention, Mentions, entity_answer

GOOGLE = "google.language.analyze_entities"
AWS = "aws.comprehend.detect_entities"
PATHS = {GOOGLE: "entities", AWS: "Entities"}
TYPE = {GOOGLE: "type", AWS: "Type"}
NAME = {GOOGLE: "name", AWS: "Text"}
TYPES = ("PERSON", "LOCATION", "ORGANIZATION")
WORDS = ("Rome", "rome", "Ann", "Acme", "Bern")
PLACES = 4


def mentions(rng):
    """Return mentions of one text, with logits well away from ties."""
    found, logits, begin = [], [], 0
    for _ in range(rng.randint(0, PLACES)):
        begin += rng.randint(1, 20)
        word = rng.choice(WORDS)
        found.append(Mention.at(word, begin, 120, sureness=rng.uniform(0.2, 1.0)))
        begin += len(word)
        logits.append([rng.uniform(-4, 4) for _ in TYPES])
    return Mentions(TYPES, found, logits)


def texts(count, seed):
    rng = random.Random(seed)
    return [mentions(rng) for _ in range(count)]


def served(process, found):
    """Return the outcomes of the answers that are served."""
    return [process.decide(entity_answer(process.spec, one)).id for one in found]


def _interval(low, high):
    ends = st.floats(low, high).map(lambda one: round(one, 2))
    return st.one_of(
        st.builds(d.IntervalSet.at_least, ends), st.builds(d.IntervalSet.at_most, ends)
    )


@st.composite
def atoms(draw, api):
    tests = []
    chosen = draw(st.sets(st.sampled_from(TYPES), max_size=2))
    if chosen:
        tests.append(d.LabelTest(TYPE[api], d.LabelSet(frozenset(chosen), draw(st.booleans()))))
    if draw(st.booleans()):
        names = draw(st.sets(st.sampled_from(WORDS), min_size=1, max_size=2))
        tests.append(d.LabelTest(NAME[api], d.LabelSet(frozenset(names))))
    if draw(st.booleans()):
        field, low, high = ("salience", 0.1, 0.9) if api == GOOGLE else ("Score", 0.3, 0.95)
        tests.append(d.NumberTest(d.Field(field), draw(_interval(low, high))))
    return tuple(tests)


@st.composite
def entity_processes(draw, api):
    """Draw a process with up to three cases, or flags, over two sorts of entities."""
    path = PATHS[api]
    made = tuple(d.Atom(name, path, draw(atoms(api))) for name in ("a", "b"))
    one = st.one_of(
        st.sampled_from([d.Exists("a"), d.Exists("b"), d.LengthAtLeast(path, 2)]),
        st.builds(d.CountAtLeast, st.just("a"), st.integers(1, 3)),
        st.builds(d.ElementAt, st.integers(-2, 2), st.sampled_from(["a", "b"])),
        st.builds(d.ExistsInTop, st.integers(1, 3), st.just("a")),
        st.builds(d.FirstAmong, st.just("a"), st.just(("a", "b")), from_end=st.booleans()),
        st.just(d.Compare(d.Aggregate("count", path, None, "b"), d.IntervalSet.at_most(1.0))),
    )
    predicate = st.one_of(
        one,
        one.map(d.Not),
        st.tuples(one, one).map(d.And),
        st.tuples(one, one).map(d.Or),
    )
    parts = draw(st.lists(predicate, min_size=1, max_size=3))
    names = [f"o{place}" for place in range(len(parts))]
    if draw(st.booleans()):
        rules = d.Cases(tuple(map(d.Case, parts, names)), "rest")
        outcomes = (*map(d.Outcome, names), d.Outcome("rest"))
    else:
        rules = d.Flags(tuple(map(d.Flag, parts, names)))
        outcomes = tuple(map(d.Outcome, names))
    return d.DecisionProcess("app", api, d.Span("app.py", 1), d.Kind.GENERAL, rules, outcomes, made)
