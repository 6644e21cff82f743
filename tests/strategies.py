"""Hypothesis strategies for the records of the project, one per record and named after it.

Labels come from a small pool, so that atoms, answers and truths meet often.
"""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.apis import build_answer, get_api

LABELS = ("Apple", "Banana", "Cat", "Dog", "Egg", "Fish")
OUTSIDE = "Qzx"
SCORES = (0.0, 0.25, 0.5, 0.75, 1.0)
API = "google.vision.label_detection"
COLLECTION = "labelAnnotations"

labels = st.sampled_from((*LABELS, OUTSIDE))
scores = st.sampled_from(SCORES)
spans = st.builds(
    d.Span,
    st.sampled_from(("app.py", "pkg/rules.py")),
    st.integers(1, 200),
    st.integers(0, 80),
    st.integers(0, 200),
    st.integers(0, 80),
)
label_sets = st.builds(
    d.LabelSet, st.frozensets(st.sampled_from(LABELS), max_size=4), st.booleans()
)


@st.composite
def interval_sets(draw: st.DrawFn, ends: st.SearchStrategy[float] = scores) -> d.IntervalSet:
    """Disjoint intervals in rising order, with open, closed and infinite ends, points included."""
    cuts = sorted(draw(st.sets(st.tuples(ends, st.booleans()), max_size=6)))
    made = []
    if cuts and draw(st.booleans()):
        high, after = cuts.pop(0)
        made.append(d.Interval(None, high, False, not after))
    while len(cuts) >= 2:
        (low, low_after), (high, high_after) = cuts.pop(0), cuts.pop(0)
        made.append(d.Interval(low, high, low_after, not high_after))
    if cuts:
        low, after = cuts.pop()
        made.append(d.Interval(low, None, after))
    elif not made and draw(st.booleans()):
        made.append(d.Interval())
    return d.IntervalSet(tuple(made))


@functools.cache
def label_tests(field: str = "description") -> st.SearchStrategy[d.LabelTest]:
    return st.builds(
        d.LabelTest, st.just(field), label_sets, st.sampled_from(((), ("lower",), ("strip", "in")))
    )


element_numbers: st.SearchStrategy[d.Number] = st.one_of(
    st.just(d.Field("score")),
    st.builds(
        d.Arithmetic,
        st.sampled_from(("+", "-", "*", "/")),
        st.just(d.Field("score")),
        st.builds(d.Constant, st.sampled_from((0.0, 0.5, 2.0, 100.0))),
    ),
    st.builds(
        d.Function,
        st.sampled_from(("abs", "neg", "round", "floor", "ceil", "sqrt")),
        st.just((d.Field("score"),)),
    ),
)
number_tests = st.builds(d.NumberTest, element_numbers, interval_sets())


@st.composite
def atom_tuples(
    draw: st.DrawFn, collection: str = COLLECTION, field: str = "description", most: int = 4
) -> tuple[d.Atom, ...]:
    """Between one and ``most`` atoms ``a1``, ``a2``, ... of one collection."""
    tests = st.lists(st.one_of(label_tests(field), number_tests), max_size=2).map(tuple)
    return tuple(
        d.Atom(
            f"a{i + 1}",
            collection,
            draw(tests),
            text=draw(st.sampled_from(("", "label in TARGETS"))),
            spans=tuple(draw(st.lists(spans, max_size=2))),
            suggested=draw(st.none() | label_sets),
            not_in_vocabulary=tuple(draw(st.lists(labels, max_size=1))),
        )
        for i in range(draw(st.integers(1, most)))
    )


@st.composite
def automata(draw: st.DrawFn, atom_ids: tuple[str, ...], name: str = "m1") -> d.Automaton:
    """Any complete automaton with up to four states over up to two of the atoms."""
    read = tuple(draw(st.lists(st.sampled_from(atom_ids), min_size=1, max_size=2, unique=True)))
    flags = st.tuples(*(st.booleans() for _ in read))
    classes = tuple(draw(st.lists(flags, min_size=1, max_size=4, unique=True)))
    states = draw(st.integers(1, 4))
    row = st.tuples(*(st.integers(0, states - 1) for _ in classes))
    return d.Automaton(
        name,
        COLLECTION,
        read,
        classes,
        tuple(draw(row) for _ in range(states)),
        tuple(draw(st.sampled_from(("yes", "no"))) for _ in range(states)),
        bound=draw(st.none() | st.integers(1, 9)),
    )


@st.composite
def aggregates(draw: st.DrawFn, atom_ids: tuple[str, ...]) -> d.Aggregate:
    """An aggregate of the score, or a count."""
    how = draw(st.sampled_from(("count", "sum", "mean", "max", "min", "first", "last")))
    value = None if how == "count" else draw(element_numbers)
    return d.Aggregate(how, COLLECTION, value, draw(st.none() | st.sampled_from(atom_ids)))


@functools.cache
def compares(atom_ids: tuple[str, ...]) -> st.SearchStrategy[d.Compare]:
    whole: st.SearchStrategy[d.Number] = st.one_of(
        aggregates(atom_ids),
        st.builds(
            d.ElementValue, st.just(COLLECTION), st.integers(-3, 3), st.just(d.Field("score"))
        ),
    )
    return st.builds(
        d.Compare,
        st.one_of(
            whole,
            st.builds(d.Arithmetic, st.sampled_from(("+", "-", "*", "/")), whole, whole),
            st.builds(lambda one: d.Function("neg", (one,)), whole),
        ),
        interval_sets(st.sampled_from((0.0, 0.5, 1.0, 2.0))),
    )


@functools.cache
def leaf_predicates(
    atom_ids: tuple[str, ...], machine: str | None = None
) -> st.SearchStrategy[d.Predicate]:
    atom = st.sampled_from(atom_ids)
    options: list[st.SearchStrategy[d.Predicate]] = [
        st.just(d.Always()),
        st.builds(d.Exists, atom),
        st.builds(d.CountAtLeast, atom, st.integers(0, 3)),
        st.builds(d.LengthAtLeast, st.just(COLLECTION), st.integers(0, 4)),
        st.builds(d.ElementAt, st.integers(-3, 3), atom),
        st.builds(
            d.ExistsInTop,
            st.integers(1, 3),
            atom,
            by=st.sampled_from((None, "score")),
            among=st.none() | atom,
        ),
        st.lists(atom, min_size=1, max_size=3, unique=True).flatmap(
            lambda among: st.builds(
                d.FirstAmong, st.sampled_from(among), st.just(tuple(among)), st.booleans()
            )
        ),
        compares(atom_ids),
    ]
    if machine is not None:
        options.append(
            st.builds(d.AutomatonGives, st.just(machine), st.sampled_from(("yes", "no", "never")))
        )
    return st.one_of(options)


@functools.cache
def predicates(
    atom_ids: tuple[str, ...], machine: str | None = None
) -> st.SearchStrategy[d.Predicate]:
    return st.recursive(
        leaf_predicates(atom_ids, machine),
        lambda inner: st.one_of(
            st.builds(d.Not, inner),
            st.builds(d.And, st.lists(inner, max_size=3).map(tuple)),
            st.builds(d.Or, st.lists(inner, max_size=3).map(tuple)),
        ),
        max_leaves=4,
    )


OUTCOME_IDS = ("compost", "recycle", "donate", "trash")


@functools.cache
def rules(atom_ids: tuple[str, ...], machine: str | None = None) -> st.SearchStrategy[d.Rules]:
    """Rules of both sorts over some atoms and, if there is one, an automaton."""
    one = predicates(atom_ids, machine)
    cases = st.builds(d.Case, one, st.sampled_from(OUTCOME_IDS))
    return st.one_of(
        st.builds(d.Cases, st.lists(cases, max_size=3).map(tuple), st.sampled_from(OUTCOME_IDS)),
        st.lists(
            st.builds(d.Flag, one, st.sampled_from(OUTCOME_IDS)),
            min_size=1,
            max_size=3,
            unique_by=lambda flag: flag.outcome,
        ).map(lambda flags: d.Flags(tuple(flags))),
    )


_label_lists = st.lists(labels, max_size=2).map(tuple)
_outcomes = st.tuples(
    *(
        st.builds(
            d.Outcome,
            st.just(one),
            st.lists(st.builds(d.Effect, spans, st.just("print(x)")), max_size=1).map(tuple),
            _label_lists,
            _label_lists,
        )
        for one in OUTCOME_IDS
    )
)
_gaps = st.lists(st.builds(d.Gap, st.just("unknown-value"), st.text(max_size=9), spans), max_size=1)
_notices = st.lists(
    st.builds(d.Notice, st.just("dead-target"), st.text(max_size=9), spans, _label_lists),
    max_size=1,
)
_requests = st.builds(
    d.RequestShape,
    max_results=st.none() | st.integers(1, 20),
    min_score=st.none() | scores,
    language=st.sampled_from((None, "en")),
)


@st.composite
def processes(
    draw: st.DrawFn, *, max_results: int | None = None, is_bare: bool = False
) -> d.DecisionProcess:
    """A decision process on Google's label detection, with every kind of predicate.

    Args:
        draw: of Hypothesis.
        max_results: what the call asks for.
        is_bare: leave out what does not decide.
    """
    atoms = draw(atom_tuples())
    ids = tuple(one.id for one in atoms)
    machine = draw(st.none() | automata(ids))
    process = d.DecisionProcess(
        id="app",
        api=API,
        call=d.Span("app.py", 1),
        kind=d.Kind.GENERAL,
        rules=draw(rules(ids, None if machine is None else machine.id)),
        outcomes=tuple(d.Outcome(one) for one in OUTCOME_IDS),
        atoms=atoms,
        automata=() if machine is None else (machine,),
        request=d.RequestShape(max_results=max_results),
    )
    if is_bare:
        return process
    request = draw(_requests) if max_results is None else process.request
    return process.with_(
        id=draw(st.sampled_from(("app", "app-2"))),
        call=draw(spans),
        kind=draw(st.sampled_from(d.Kind)),
        outcomes=draw(_outcomes),
        order=draw(st.none() | st.sampled_from(d.Order)),
        request=request,
        vocabulary=draw(st.sampled_from((None, d.VocabularyReference("everyday", 6, "0" * 64)))),
        status=draw(st.sampled_from(d.Status)),
        entry=draw(st.sampled_from(("", "<module>", "main"))),
        gaps=tuple(draw(_gaps)),
        warnings=tuple(draw(_notices)),
        witnesses=draw(st.sampled_from(((), (d.Witness("trash", {"labelAnnotations": []}),)))),
        verification=draw(st.sampled_from((None, d.Verification(5000, 3, 7)))),
    )


@st.composite
def answers(draw: st.DrawFn, api: str = API, most: int = 5) -> dict[str, Any]:
    """Answers of a label API: unsorted, with duplicates, empty ones, and absent fields."""
    spec = get_api(api)
    assert spec.label_field is not None
    assert spec.score_field is not None
    rows = []
    for _ in range(draw(st.integers(0, most))):
        row: dict[str, Any] = {spec.label_field: draw(labels)}
        if draw(st.integers(0, 9)):
            row[spec.score_field] = draw(scores) * spec.score_scale
        rows.append(row)
    if not rows and draw(st.booleans()):
        return {}
    return build_answer(spec, {spec.main.path: rows})


@st.composite
def truths(draw: st.DrawFn, *, most: int = 4, closed: bool | None = None) -> d.Truth:
    """Few enough true labels to go through all their orders by brute force."""
    present = draw(st.lists(labels, max_size=most))
    is_closed = draw(st.booleans()) if closed is None else closed
    absent = draw(st.frozensets(st.sampled_from(LABELS))) - set(present)
    return d.Truth.of(present, absent, closed=is_closed)
