"""The decision process: the record in the middle of everything."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.apis import (
    ApiSpec,
    answer_keys,
    api_ids,
    get_api,
    joint_spec,
    own_part,
)
from chameleonapi.decision.acceptable import Acceptor
from chameleonapi.decision.alone import atoms_in, reduced_rules
from chameleonapi.decision.atoms import Atom, InnerTest, LabelTest, NumberTest
from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.canonical import canonical_rules
from chameleonapi.decision.codec import decode, encode
from chameleonapi.decision.interpreter import Interpreter
from chameleonapi.decision.kinds import Kind, Order, Status
from chameleonapi.decision.records import (
    Beside,
    Gap,
    Notice,
    Outcome,
    RequestShape,
    Verification,
    VocabularyReference,
    Witness,
)
from chameleonapi.decision.rules import NO_FLAGS, Cases, Flags, Rules
from chameleonapi.decision.span import Span
from chameleonapi.decision.structure import check_structure, rule_predicates
from chameleonapi.decision.truth import Truth
from chameleonapi.errors import AnswerError, RecordError

__all__ = ["DecisionProcess", "load_process"]


_NO_REQUEST = RequestShape()


@dataclass(frozen=True)
class DecisionProcess:
    """How an application decides on the answer of one API call.

    Attributes:
        id: unique in its application, safe in file names.
        api: id of the API, such as ``google.vision.label_detection``.
        call: the call site.
        kind, order: the shape of the decision; an order only where ties have to be broken.
        rules: from predicates to outcomes.
        outcomes: what the rules can reach; of a multi-select, its members.
        atoms, automata: what the predicates refer to by id.
        request: arguments of the call that shape the answer.
        vocabulary: the label list over which accepted sets are exact.
        status: whether ``rules`` stand for the whole source.
        beside: other calls whose answers the rules read too; each API once.
        entry: the function (or ``<module>``) from which the call is reached.
        entry_file: where that function stands.
        gaps, warnings, witnesses, verification: what the analysis has to say beyond the rules.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.decision/1"

    id: str
    api: str
    call: Span
    kind: Kind
    rules: Rules
    outcomes: tuple[Outcome, ...]
    atoms: tuple[Atom, ...] = ()
    automata: tuple[Automaton, ...] = ()
    order: Order | None = None
    request: RequestShape = _NO_REQUEST
    vocabulary: VocabularyReference | None = None
    status: Status = Status.COMPLETE
    beside: tuple[Beside, ...] = ()
    entry: str = ""
    entry_file: str = ""
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[Notice, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    verification: Verification | None = None

    def __post_init__(self) -> None:
        apis = [self.api, *(one.api for one in self.beside)]
        if len(set(apis)) < len(apis):
            raise RecordError(
                f"decision process {self.id!r}: two answers of one API cannot stand side by side.",
                hint="Name each API once in `beside`, and not the API of the call itself.",
            )
        check_structure(self.id, self.atoms, self.automata, self.rules, self.outcomes)

    # What the record says

    def decide(self, answer: Any, others: Mapping[str, Any] | None = None) -> Outcome:
        """Return the outcome of an answer in the provider's JSON form.

        Args:
            answer: of this call. It may hold the answers of other calls as well, as that of
                one request for several features does.
            others: answers of the calls in ``beside`` by API id. One that comes neither here
                nor in ``answer`` is taken to be the one that the record holds.

        Raises:
            AnswerError: if an answer does not have that form.
        """
        whole = self._joined(answer, others or {}) if self.beside else answer
        interpreter = Interpreter(self.spec, self._atoms_by_id, self._automata_by_id, whole)
        return self.outcome(interpreter.outcome_id(self.rules))

    def _joined(self, answer: Any, others: Mapping[str, Any]) -> Any:
        if not isinstance(answer, Mapping):
            return answer
        unknown = sorted(set(others) - {one.api for one in self.beside})
        if unknown:
            raise AnswerError(
                f"{self.id} does not read an answer of {unknown[0]}.",
                hint=f"Known: {', '.join(one.api for one in self.beside)}.",
            )
        whole: dict[str, Any] = {}
        for one in self.beside:
            given = others.get(one.api)
            if given is None:
                keys = answer_keys(get_api(one.api))
                given = {} if keys & set(answer) else one.answer
            if not isinstance(given, Mapping):
                return given
            whole.update(own_part(get_api(one.api), given))
        return {**whole, **answer}

    def alone(self, others: Mapping[str, Any] | None = None) -> DecisionProcess:
        """Return the process of this call by itself, with the answers of all others known.

        Args:
            others: their answers by API id; those that the record holds where none is given.

        Raises:
            UnsupportedError: if one question joins several answers.
        """
        if not self.beside:
            return self
        known = self._joined({}, others or {})
        keys = frozenset[str]().union(*(answer_keys(get_api(one.api)) for one in self.beside))
        reader = Interpreter(self.spec, self._atoms_by_id, self._automata_by_id, known)
        rules = reduced_rules(
            self.rules, self._atoms_by_id, self._automata_by_id, keys, reader.holds
        )
        names, machines = atoms_in(rules, self._automata_by_id)
        return self.with_(
            rules=rules,
            atoms=tuple(one for one in self.atoms if one.id in names),
            automata=tuple(one for one in self.automata if one.id in machines),
            beside=(),
            witnesses=(),
            verification=None,
        )

    def acceptable(self, truth: Truth) -> frozenset[str]:
        """Return the ids of the outcomes that are right for what is really in the input.

        In application order that is one outcome; in API order it is every outcome that some
        order of the true labels reaches. With unknown labels, every outcome that some
        completion reaches. Where other calls decide too (``beside``), what is true of them is
        given element by element (``Truth.elements``, ``Truth.fields``); if nothing is, they are
        taken to say what the record holds.

        Raises:
            UnsupportedError: if there are too many possibilities to go through.
        """
        if self.beside and not self._tells_of_others(truth):
            return self._by_itself.acceptable(truth)
        return self._acceptor.acceptable(truth)

    def decide_each(self, answers: Sequence[Any]) -> list[str]:
        """Return the id of the outcome of each answer; see ``decide``."""
        return [self.decide(one).id for one in answers]

    def acceptable_each(self, truths: Iterable[Truth]) -> list[frozenset[str]]:
        """Return the ids of the outcomes that are right for each truth; see ``acceptable``."""
        return [self.acceptable(one) for one in truths]

    def is_critical(self, answer: Any, truth: Truth) -> bool:
        """Return whether an answer makes the application do something wrong."""
        return self.decide(answer).id not in self.acceptable(truth)

    def outcome(self, outcome_id: str) -> Outcome:
        """Return the outcome with this id, joint ones included.

        Raises:
            RecordError: if the process has no such outcome.
        """
        known = self._outcomes_by_id
        if outcome_id in known:
            return known[outcome_id]
        if isinstance(self.rules, Flags):
            members = tuple(outcome_id.split("+")) if outcome_id != NO_FLAGS else ()
            if all(one in known for one in members):
                parts = [known[one] for one in members]
                effects = tuple(effect for part in parts for effect in part.effects)
                return Outcome(outcome_id, effects=effects, members=members)
        raise RecordError(
            f"{self.id}: no outcome {outcome_id!r}; known are {', '.join(known)}.",
            hint="Check the spelling.",
        )

    # What is derived from it

    @functools.cached_property
    def spec(self) -> ApiSpec:
        """The facts about the API, joined with those about the APIs of ``beside``."""
        return joint_spec(get_api(self.api), [get_api(one.api) for one in self.beside])

    @property
    def has_rules(self) -> bool:
        """Whether anything is known of what leads where; else all answers have one outcome."""
        return not isinstance(self.rules, Cases) or bool(self.rules.cases)

    @property
    def default(self) -> str:
        """The id of the outcome when nothing that is asked for is in the answer."""
        return self.rules.default if isinstance(self.rules, Cases) else NO_FLAGS

    @property
    def shown_score(self) -> float:
        """The score in [0, 1] from which a label is in an answer to this call."""
        asked = self.request.min_score
        return self.spec.limits.shown_score if asked is None else asked

    @property
    def max_results(self) -> int | None:
        """The greatest number of elements in an answer to this call; None is unlimited."""
        asked = self.request.max_results
        return self.spec.limits.max_results if asked is None else asked

    def atom(self, atom_id: str) -> Atom:
        """Return the atom with this id."""
        return self._atoms_by_id[atom_id]

    def automaton(self, automaton_id: str) -> Automaton:
        """Return the automaton with this id."""
        return self._automata_by_id[automaton_id]

    def labels_read(self, vocabulary: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the labels that can matter: those that an atom tells from all the others.

        Members of plain sets count whole; of a complement, the labels that it excludes.
        ``vocabulary`` restricts the result and gives its order; labels of it that no list of an
        atom has count where a question of the source tells them from all the others.
        """
        read: set[str] = set()
        for atom in self.atoms:
            for test in atom.tests:
                if isinstance(test, LabelTest):
                    read |= test.accepts.labels
                    read.update(test.found_beyond(vocabulary))
        return (
            tuple(one for one in vocabulary if one in read) if vocabulary else tuple(sorted(read))
        )

    def reads_any(self, labels: Sequence[str]) -> bool:
        """Return whether any of these labels can matter; see ``labels_read``."""
        return bool(labels) and bool(self.labels_read(tuple(labels)))

    def predicates(self) -> Iterator[Any]:
        """Yield every predicate of the rules, operands included."""
        return rule_predicates(self.rules)

    @property
    def reads_numbers(self) -> bool:
        """Whether any atom tests a number of an element, such as its score."""
        return any(
            isinstance(test, NumberTest | InnerTest) for one in self.atoms for test in one.tests
        )

    @functools.cached_property
    def _atoms_by_id(self) -> dict[str, Atom]:
        return {one.id: one for one in self.atoms}

    @functools.cached_property
    def _automata_by_id(self) -> dict[str, Automaton]:
        return {one.id: one for one in self.automata}

    @functools.cached_property
    def _outcomes_by_id(self) -> dict[str, Outcome]:
        return {one.id: one for one in self.outcomes}

    @functools.cached_property
    def _by_itself(self) -> DecisionProcess:
        return self.alone()

    def _tells_of_others(self, truth: Truth) -> bool:
        keys = frozenset[str]().union(*(answer_keys(get_api(one.api)) for one in self.beside))
        paths = [one.collection for one in truth.elements] + [path for path, _ in truth.fields]
        return any(path.split(".")[0] in keys for path in paths)

    @functools.cached_property
    def _acceptor(self) -> Acceptor:
        return Acceptor(
            self.spec, self._atoms_by_id, self._automata_by_id, self.rules, self.max_results
        )

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of what decides: the API, the request, what is tested and what it leads to.

        Names, texts, spans and warnings do not count, nor does an order that changes nothing, so
        that a source that is written in another way keeps its model.
        """
        core: dict[str, Any] = {
            "api": self.api,
            "request": encode(self.request),
            "rules": canonical_rules(self.rules, self._atoms_by_id, self._automata_by_id),
        }
        if self.beside:
            core["beside"] = sorted(one.api for one in self.beside)
        return hashlib.sha256(json.dumps(core, sort_keys=True).encode()).hexdigest()

    # JSON

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form (``decision.json``)."""
        return {"schema": self.SCHEMA, **encode(self)}

    @classmethod
    def from_json(cls, data: Any) -> DecisionProcess:
        """Build a process from its JSON form.

        Raises:
            RecordError: naming the place of what is wrong.
        """
        if not isinstance(data, dict):
            raise RecordError(
                f"a decision process must be a JSON object, but a {type(data).__name__} came.",
                hint="Pass a file that `chameleon analyze --output` wrote.",
            )
        rows = dict(data)
        schema = rows.pop("schema", None)
        if schema != cls.SCHEMA:
            raise RecordError(
                f"expected the schema {cls.SCHEMA!r}, but {schema!r} came.",
                hint="Analyse the application again with this version.",
            )
        made = decode(cls, rows, "decision")
        for api in (made.api, *(one.api for one in made.beside)):
            if api not in api_ids():
                raise RecordError(
                    f"decision.api: unknown API {api!r}.",
                    hint=f"Known: {', '.join(sorted(api_ids()))}.",
                )
        return made

    def save(self, path: Path) -> None:
        """Write ``decision.json``; the file is complete or not there."""
        temporary = path.with_name(path.name + ".part")
        temporary.write_text(
            json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n", "utf-8"
        )
        temporary.replace(path)

    def with_(self, **changes: Any) -> DecisionProcess:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


def load_process(path: str | Path) -> DecisionProcess:
    """Read a ``decision.json``.

    Raises:
        RecordError: if the file is missing, no JSON, or no decision process.
    """
    file = Path(path)
    try:
        data = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise RecordError(
            f"cannot read the decision process {str(path)!r}: {error.strerror}.",
            hint="Write one with `chameleon analyze PATH --output FOLDER`.",
        ) from None
    except (ValueError, RecursionError) as error:
        raise RecordError(
            f"{path} is no JSON: {error}.", hint="Write it anew with `chameleon analyze`."
        ) from None
    return DecisionProcess.from_json(data)
