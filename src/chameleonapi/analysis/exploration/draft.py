"""From the outcomes of words to a decision process: rules, outcomes, atoms, kind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.atom_book import AtomBook, NotExpressibleError, labels_of
from chameleonapi.analysis.exploration.classification import SETTLING, classify
from chameleonapi.analysis.exploration.echoes import is_echo, logs_instead, says_one_of_several
from chameleonapi.analysis.exploration.effect_words import EffectWords
from chameleonapi.analysis.exploration.naming import outcome_names
from chameleonapi.analysis.exploration.numbered_words import with_digits
from chameleonapi.analysis.exploration.relevant_fields import RelevantFields
from chameleonapi.analysis.exploration.runner import EffectKey, Runner
from chameleonapi.analysis.exploration.selects import (
    FlagColumn,
    are_a_choice,
    every_effect,
    find_flags,
    single_predicate,
)
from chameleonapi.analysis.exploration.solution import Solution, solve
from chameleonapi.analysis.exploration.table import Outcome as Observed
from chameleonapi.analysis.exploration.table import Place, Table
from chameleonapi.analysis.trace import EffectLevel, ObservedEffect
from chameleonapi.decision import (
    Automaton,
    AutomatonGives,
    Case,
    Cases,
    DecisionProcess,
    Effect,
    Flag,
    Flags,
    Kind,
    Outcome,
    Predicate,
    RequestShape,
    Span,
    Witness,
)
from chameleonapi.decision.predicates import And, Not, Or

__all__ = ["Draft", "draft_of", "make_draft", "make_draft_by_effect"]

_ONLY_RAISES: Final = "raise"
# These name something in every picture or text: an empty answer is an accident, not an outcome.
_NEVER_EMPTY: Final = frozenset(
    {
        "google.vision.label_detection",
        "aws.rekognition.detect_labels",
        "aws.comprehend.detect_dominant_language",
    }
)


@dataclass(frozen=True)
class Draft:
    """A process that agrees with the application on all words so far."""

    process: DecisionProcess
    outcome_of: Callable[[frozenset[EffectKey]], str | None]
    alphabet: Alphabet
    levels: tuple[EffectLevel, ...]  # of the effects that tell its outcomes apart
    is_echo: bool = False
    echoes: frozenset[Place] = frozenset()


def make_draft(
    table: Table,
    words: Sequence[Word],
    *,
    process_id: str,
    bound: int,
    states: int,
    by: str | None,
) -> Draft | None:
    """Return a process for the table, or None if nothing fits.

    Raises:
        OutOfBudgetError: if the runs are spent.
    """
    alphabet = table.alphabet
    base: Word = (0, (0,) if alphabet.letters else ())
    flags = find_flags(table.out, words, base)
    if not flags and table.take_items_apart():
        flags = find_flags(table.out, words, base)
        if not flags:
            table.take_items_apart(is_wanted=False)
    if flags:
        draft = _flags(table, words, flags, process_id, bound, states, by)
        if draft is not None:
            return draft
        table.take_items_apart(is_wanted=False)
    return _cases(table, words, process_id, bound, states, by)


def make_draft_by_effect(
    table: Table, words: Sequence[Word], *, process_id: str, bound: int, states: int
) -> Draft | None:
    """Return a process that says of each effect by itself when it comes, or None.

    What is said about one element after the other adds up to more outcomes than rules can
    tell apart, though each of them has a simple reason.

    Raises:
        OutOfBudgetError: if the runs are spent.
    """
    base: Word = (0, (0,) if table.alphabet.letters else ())
    flags: tuple[FlagColumn, ...] = ()
    if table.take_items_apart():
        flags = every_effect(table.out, words, base)
    if not flags:
        table.take_items_apart(is_wanted=False)
        flags = every_effect(table.out, words, base)
    if not flags:
        return None
    draft = _flags(table, words, flags, process_id, bound, states, None)
    if draft is None or not are_a_choice(table.out, words, flags):
        return draft
    return replace(draft, process=draft.process.with_(kind=Kind.GENERAL))


def _cases(
    table: Table,
    words: Sequence[Word],
    process_id: str,
    bound: int,
    states: int,
    by: str | None,
) -> Draft | None:
    alphabet = table.alphabet
    book = AtomBook(alphabet)
    try:
        found = solve(
            table.out, words, book, bound=bound, states=states, by=by, alike=table.stand_ins
        )
    except NotExpressibleError:
        return None
    if found is None:
        return None
    return draft_of(found, table, words, book, process_id)


def draft_of(
    found: Solution,
    table: Table,
    words: Sequence[Word],
    book: AtomBook,
    process_id: str,
    examples: Mapping[Observed, Mapping[str, Any]] | None = None,
) -> Draft:
    """Return the process of a solution.

    Args:
        found: the rules.
        table: what words lead to.
        words: for witnesses.
        book: the atoms that the rules name.
        process_id: of the process.
        examples: an answer that leads to each outcome, where no word does.
    """
    alphabet = table.alphabet
    reached: list[Observed] = [
        one
        for one in dict.fromkeys([*(o for _, o in found.rules), found.default])
        if isinstance(one, frozenset)
    ]
    common = frozenset.intersection(*reached)
    described = [_described(table.runner, one - common) for one in reached]
    told = EffectWords(effect for one in described for effect in one)
    names = dict(zip(reached, outcome_names(described), strict=True))
    automata, renamed = _name_outputs(found, names)
    rules = Cases(
        tuple(
            Case(_rename(predicate, renamed), names[_observed(outcome)])
            for predicate, outcome in found.rules
        ),
        names[_observed(found.default)],
    )
    accepts = _accepted(table, lambda word: names.get(table.out(word), ""))
    telling = _telling(table, words, names)
    if examples:
        telling = [
            *telling,
            *(
                names[one]
                for one in examples
                if one in names and names[one] not in telling and not _is_crash(one)
            ),
        ]
    kind, order = classify(
        alphabet.spec,
        rules,
        {one.id: one for one in book.atoms},
        found.shapes | ({SETTLING} if all(map(_settles, found.automata)) else set()),
        found.order,
        telling,
    )
    outcomes = tuple(
        Outcome(
            names[one],
            _effects(table.runner, one - common, told),
            () if names[one] == rules.default else accepts.get(names[one], ()),
            () if names[one] == rules.default else accepts.get(names[one], ()),
        )
        for one in reached
    )
    process = DecisionProcess(
        id=process_id,
        api=alphabet.spec.id,
        call=table.runner.site.span,
        kind=kind,
        rules=rules,
        outcomes=outcomes,
        atoms=book.atoms,
        automata=automata,
        order=order,
        request=table.runner.site.request or RequestShape(),
        entry=table.runner.entry.name,
        entry_file=table.runner.entry.file,
        witnesses=_with_examples(
            _witnesses(table, words, lambda word: names.get(table.out(word))),
            {names[one]: answer for one, answer in (examples or {}).items() if one in names},
        ),
    )

    def outcome_of(effects: frozenset[EffectKey]) -> str | None:
        return names.get(table.view(effects))

    echo = is_echo(
        [one - common for one in reached],
        rules.cases,
        {one.id: one for one in book.atoms},
        table.runner.merged_keys,
    ) and not logs_instead(table, words, reached, common)
    is_silent = echo or _only_fails(reached)
    return Draft(process, outcome_of, alphabet, table.levels, is_silent, table.echoes)


def _flags(
    table: Table,
    words: Sequence[Word],
    flags: Sequence[FlagColumn],
    process_id: str,
    bound: int,
    states: int,
    by: str | None,
) -> Draft | None:
    alphabet = table.alphabet
    book = AtomBook(alphabet)
    predicates: list[Predicate] = []
    automata: list[Automaton] = []
    try:
        for number, flag in enumerate(flags):
            alone = RelevantFields(alphabet, _is_up(flag, table), words)
            found = solve(
                alone.out,
                alone.words,
                book,
                bound=bound,
                states=states,
                by=by,
                name=f"f{number + 1}m",
            )
            if found is None:
                return None
            made, renamed = _name_outputs(found, {True: "yes", False: "no"})
            automata += made
            predicates.append(_rename(single_predicate(found.rules, found.default), renamed))
    except NotExpressibleError:
        return None
    effects = [frozenset(one.effects) for one in flags]
    described = [_described(table.runner, one) for one in effects]
    told = EffectWords(effect for one in described for effect in one)
    accepts = [
        _accepted(table, lambda word, flag=flag: "up" if flag.is_up(table.out(word)) else "")  # type: ignore[misc]
        for flag in flags
    ]
    names = outcome_names(described, [one.get("up", ()) for one in accepts])
    rules = Flags(tuple(Flag(p, name) for p, name in zip(predicates, names, strict=True)))
    outcomes = tuple(
        Outcome(
            name, _effects(table.runner, keys, told), labels.get("up", ()), labels.get("up", ())
        )
        for name, keys, labels in zip(names, effects, accepts, strict=True)
    )

    known = frozenset[EffectKey]().union(*map(table.out, words))

    def outcome_of(effects: frozenset[EffectKey]) -> str | None:
        observed = table.view(effects)
        if not observed <= known:
            return None  # something is done that no flag says
        return rules.outcome_id(tuple(one.is_up(observed) for one in flags))

    kind, order = classify(alphabet.spec, rules, {}, frozenset(), None, names)
    process = DecisionProcess(
        id=process_id,
        api=alphabet.spec.id,
        call=table.runner.site.span,
        kind=kind,
        rules=rules,
        outcomes=outcomes,
        atoms=book.atoms,
        automata=tuple(automata),
        order=order,
        request=table.runner.site.request or RequestShape(),
        entry=table.runner.entry.name,
        entry_file=table.runner.entry.file,
        witnesses=_flag_witnesses(table, words, names, outcome_of),
    )
    by_id = {one.id: one for one in book.atoms}
    merged = table.runner.merged_keys
    echo = all(
        not one.opposite
        and is_echo([frozenset(), frozenset(one.effects)], [Case(test, "up")], by_id, merged)
        for one, test in zip(flags, predicates, strict=True)
    )
    is_silent = echo and not says_one_of_several(one.effects for one in flags)
    return Draft(process, outcome_of, alphabet, table.levels, is_silent, table.echoes)


def _is_up(flag: FlagColumn, table: Table) -> Callable[[Word], bool]:
    return lambda word: flag.is_up(table.out(word))


def _settles(automaton: Automaton) -> bool:
    """Return whether one more element like the last one never changes anything."""
    rows = automaton.transitions
    return all(rows[to][letter] == to for row in rows for letter, to in enumerate(row))


def _is_crash(observed: Observed) -> bool:
    return any(key[1] == _ONLY_RAISES for key in observed)


def _only_fails(reached: Sequence[Observed]) -> bool:
    """Return whether outcomes differ in how far the application comes before it fails."""
    if sum(not _is_crash(one) for one in reached) >= 2:
        return False
    done = [frozenset(key for key in one if key[1] != _ONLY_RAISES) for one in reached]
    furthest = max(done, key=len)
    return all(one <= furthest for one in done)


def _with_examples(
    witnesses: tuple[Witness, ...], examples: Mapping[str, Mapping[str, Any]]
) -> tuple[Witness, ...]:
    known = {one.outcome for one in witnesses}
    more = [Witness(name, answer) for name, answer in examples.items() if name not in known]
    return (*witnesses, *more)


def _observed(outcome: Hashable) -> Observed:
    assert isinstance(outcome, frozenset)
    return outcome


def _rows(runner: Runner, keys: frozenset[EffectKey]) -> list[tuple[ObservedEffect, EffectKey]]:
    rows = [(runner.effects[one], one) for one in keys]
    rows.sort(key=lambda row: (row[0].span, row[1][4], row[1][3]))
    return rows


def _described(runner: Runner, keys: frozenset[EffectKey]) -> list[ObservedEffect]:
    return [replace(effect, key=with_digits(key[3])) for effect, key in _rows(runner, keys)]


def _effects(runner: Runner, keys: frozenset[EffectKey], told: EffectWords) -> tuple[Effect, ...]:
    made: dict[tuple[Span, str], Effect] = {}
    for effect, key in _rows(runner, keys):
        text = told.of(replace(effect, key=with_digits(key[3])))
        places = runner.places(key)
        if (effect.span, text) in made:
            places = tuple(sorted({*places, *_places(made[effect.span, text])}))
        first, *others = places or (effect.span,)
        function = effect.span if places and effect.shown_at is not None else None
        made[effect.span, text] = Effect(first, text, tuple(others), function)
    return tuple(sorted(made.values(), key=lambda one: one.span))


def _places(effect: Effect) -> tuple[Span, ...]:
    return (effect.span, *effect.also) if effect.function is not None else ()


def _accepted(table: Table, name_of: Callable[[Word], str]) -> dict[str, tuple[str, ...]]:
    """Return, by outcome, the labels that by themselves lead there."""
    found: dict[str, set[str]] = {}
    for i in range(len(table.alphabet.letters)):
        labels = labels_of(table.alphabet, i)
        if labels:
            name = name_of((0, (i,)))
            if name:
                found.setdefault(name, set()).update(labels)
    return {name: tuple(sorted(labels)) for name, labels in found.items()}


def _telling(table: Table, words: Sequence[Word], names: dict[Observed, str]) -> list[str]:
    """Return the outcomes that make a choice: not a crash, not that of an empty answer."""
    by_words: dict[str, bool] = {}
    for word in words:
        observed = table.out(word)
        if observed in names:
            name = names[observed]
            by_words[name] = by_words.get(name, False) or bool(word[1])
    quiet = [name for observed, name in names.items() if not _is_crash(observed)]
    if table.alphabet.spec.id not in _NEVER_EMPTY:
        return quiet
    filled = [name for name in quiet if by_words.get(name) or not table.alphabet.letters]
    return filled if len(filled) >= 2 else quiet


def _witnesses(
    table: Table, words: Sequence[Word], name_of: Callable[[Word], str | None]
) -> tuple[Witness, ...]:
    found: dict[str, Word] = {}
    for word in sorted(words, key=lambda word: (len(word[1]), word)):
        name = name_of(word)
        if name is not None:
            found.setdefault(name, word)
    return tuple(Witness(name, table.alphabet.answer(word)) for name, word in found.items())


def _flag_witnesses(
    table: Table,
    words: Sequence[Word],
    names: Sequence[str],
    outcome_of: Callable[[frozenset[EffectKey]], str | None],
) -> tuple[Witness, ...]:
    """Return an answer for each member alone, as far as it occurs alone."""
    made = _witnesses(table, words, lambda word: outcome_of(table.raw(word)))
    wanted = {*names, "none"}
    return tuple(one for one in made if one.outcome in wanted)


def _name_outputs(
    found: Solution, names: Mapping[Any, str]
) -> tuple[tuple[Automaton, ...], dict[tuple[str, str], str]]:
    """Give the outputs of automata the names of the outcomes."""
    renamed: dict[tuple[str, str], str] = {}
    used: dict[tuple[str, str], Hashable] = {
        (predicate.automaton, predicate.output): outcome
        for rule, outcome in found.rules
        for predicate in _parts(rule)
        if isinstance(predicate, AutomatonGives)
    }
    made: list[Automaton] = []
    lookup: dict[Hashable, str] = dict(names)
    for automaton in found.automata:
        outputs = []
        for output in automaton.outputs:
            key = (automaton.id, output)
            renamed[key] = lookup[used[key]] if key in used else "otherwise"
            outputs.append(renamed[key])
        made.append(replace(automaton, outputs=tuple(outputs)))
    return tuple(made), renamed


def _parts(predicate: Predicate) -> list[Predicate]:
    match predicate:
        case Not(operand):
            return _parts(operand)
        case And(operands) | Or(operands):
            return [part for one in operands for part in _parts(one)]
        case _:
            return [predicate]


def _rename(predicate: Predicate, names: dict[tuple[str, str], str]) -> Predicate:
    match predicate:
        case Not(operand):
            return Not(_rename(operand, names))
        case And(operands):
            return And(tuple(_rename(one, names) for one in operands))
        case Or(operands):
            return Or(tuple(_rename(one, names) for one in operands))
        case AutomatonGives(automaton, output):
            return AutomatonGives(automaton, names[automaton, output])
        case _:
            return predicate
