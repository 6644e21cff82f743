"""The form of a record apart from names and places, by which styles of one plan are compared."""

import dataclasses
import functools

from chameleonapi.analysis.vocabularies import builtin_vocabulary
from chameleonapi.apis import get_api
from chameleonapi.decision import Cases, LabelSet, Order


@functools.cache
def _labels(api):
    return frozenset(builtin_vocabulary(get_api(api)).labels)


def form(process, names):
    """Return what decides, with atoms written out and outcomes under the names of the plan.

    Accepted labels count as far as the API can return them: the literals of a source, a regular
    expression for instance, differ from style to style. So does how long the words were on which
    an automaton was tried.
    """
    atoms = {one.id: repr(_plain(_bare(one), process)) for one in process.atoms}
    automata = {
        one.id: repr(_plain(dataclasses.replace(one, id="", bound=0), process, atoms, names))
        for one in process.automata
    }
    written = functools.partial(
        _plain, process=process, atoms=atoms, names=names, automata=automata
    )
    rules = process.rules
    rows = [
        (written(one.predicate), names.get(one.outcome, one.outcome))
        for one in (rules.cases if isinstance(rules, Cases) else rules.flags)
    ]
    if process.order is Order.API or not isinstance(rules, Cases):
        rows.sort(key=repr)  # one row at most applies, or each applies by itself
    return (
        process.kind.name,
        process.order and process.order.name,
        tuple(rows),
        names.get(process.default, process.default),
    )


def _bare(atom):
    bare = dataclasses.replace(atom, id="", text="", spans=(), suggested=None)
    return dataclasses.replace(bare, not_in_vocabulary=())


def _plain(value, process, atoms=None, names=None, automata=None):
    again = functools.partial(_plain, process=process, atoms=atoms, names=names, automata=automata)
    if isinstance(value, LabelSet):
        return value.complement, tuple(sorted(value.labels & _labels(process.api)))
    if dataclasses.is_dataclass(value):
        made = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        made.pop("operations", None)
        made.pop("beyond", None)  # of labels that the API cannot return
        return type(value).__name__, tuple((key, again(one)) for key, one in sorted(made.items()))
    if isinstance(value, tuple):
        return tuple(map(again, value))
    if isinstance(value, str):
        for table in (atoms, automata, names):
            if table and value in table:
                return table[value]
    return value
