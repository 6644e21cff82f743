"""Does the outcome of one call also depend on the answers of other calls?"""

from __future__ import annotations

import random
from typing import Any, Final

from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.draft import Draft
from chameleonapi.analysis.exploration.fields import as_json
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.apis import ApiSpec, FieldKind, FieldSpec, build_answer, get_api
from chameleonapi.decision import Gap

__all__ = ["other_call_gaps"]

_ANSWERS: Final = 8
_TRIES: Final = 12


def other_call_gaps(runner: Runner, draft: Draft, budget: Budget) -> list[Gap]:
    """Return a gap for each other API whose answer changes the outcome of this call."""
    own = runner.spec.id
    return [
        Gap(
            "other-call",
            f"What happens also depends on the answer of {site.api}, which this record takes as "
            "given.",
            site.span,
        )
        for site in runner.other_sites.values()
        if site.api != own and _matters(runner, draft, get_api(site.api), budget)
    ]


def _matters(runner: Runner, draft: Draft, other: ApiSpec, budget: Budget) -> bool:
    rng = random.Random(budget.seed)  # noqa: S311 - no secret
    source = AnswerSource(draft.alphabet, budget.seed)
    answers = [source.draw() for _ in range(_ANSWERS)]
    usual = [draft.outcome_of(runner.observe(one).effects) for one in answers]
    literals = [one for one in runner.program.literals if 0 < len(one) <= 60]
    for _ in range(_TRIES):
        given = _random_answer(other, rng, literals)
        changed = Runner(
            runner.program,
            runner.entry,
            runner.site,
            runner.assumptions,
            Meter(_ANSWERS, budget.seconds),
            others={**runner.others, other.id: given},
        )
        for answer, outcome in zip(answers, usual, strict=True):
            if draft.outcome_of(changed.observe(answer).effects) != outcome:
                return True
    return False


def _random_answer(spec: ApiSpec, rng: random.Random, literals: list[str]) -> dict[str, Any]:
    items = {
        collection.path: [
            {one.path: _value(one, rng, literals) for one in collection.fields if _is_plain(one)}
            for _ in range(rng.choice((0, 1, 1, 3)))
        ]
        for collection in spec.collections
    }
    fields = {one.path: _value(one, rng, literals) for one in spec.answer_fields}
    return build_answer(spec, items, fields)


def _is_plain(field: FieldSpec) -> bool:
    return "*" not in field.path and not field.path.endswith("#")


def _value(field: FieldSpec, rng: random.Random, literals: list[str]) -> Any:
    if field.values:
        return as_json(field, rng.choice(field.values))
    if field.kind is FieldKind.NUMBER:
        return rng.uniform(field.low, field.high)
    return rng.choice(literals) if literals else "Object"
