"""Is what happens on an empty answer the same as on another one, but for what is shown of it?"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable
from typing import Final

from chameleonapi.analysis.exploration.lone_items import says_more
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.trace import EffectLevel

__all__ = ["are_one_to_one", "is_bare", "is_line", "stands_in", "twin_of"]

_ANSWER: Final = "<answer>"  # how effects write data of the answer
_PRINTED: Final = "print"
_LIST: Final = re.compile(r"\[[^\[\]]*<answer>[^\[\]]*\]")
_PAIR: Final = re.compile(r"\{(<answer>: <answer>)?\}")
_SEPARATED: Final = re.compile(r"<answer>[\s,;|]+(?=['\"])")  # each item, and what parts it
_WORDLESS: Final = re.compile(r"'(?:[^\w'\\<]|\\[nrt])*(?:<answer>(?:[^\w'\\<]|\\[nrt])*)+'")
_NESTED: Final = 6
_NOTHING: Final = re.compile(r"(?:<answer>|[\s\d.,'\"\[\](){}])*")  # as it is written


def twin_of(
    bare: frozenset[EffectKey],
    filled: Collection[frozenset[EffectKey]],
    *,
    is_shown: bool = False,
) -> frozenset[EffectKey] | None:
    """Return the only one of some outcomes that an empty answer has too, None if there is none.

    They are the same when the empty answer leaves out no more than what is printed or passed on
    of each element, and says the same elsewhere.

    Args:
        bare: what the empty answer leads to.
        filled: the outcomes of others.
        is_shown: whether each element is shown in effects that are left out already.
    """
    if bare in filled:
        return None
    found = [one for one in filled if _is_twin(bare, one, is_shown=is_shown)]
    return found[0] if len(found) == 1 else None


def are_one_to_one(pairs: Iterable[tuple[Hashable, Hashable]]) -> bool:
    """Return whether two views of the same answers tell the same ones apart.

    In the second view, outcomes that are the same but for what is shown of the answer count as
    one where the first view takes them as one.
    """
    by_first: dict[Hashable, set[Hashable]] = {}
    for first, second in pairs:
        by_first.setdefault(first, set()).add(second)
    chosen: set[Hashable] = set()
    for seconds in by_first.values():
        sets = [one for one in seconds if isinstance(one, frozenset)]
        if len(seconds) == 1:
            chosen |= seconds
            continue
        if len(sets) < len(seconds):
            return False
        most = max(sets, key=len)
        if any(one != most and twin_of(one, [most]) is None for one in sets):
            return False
        chosen.add(most)
    return len(chosen) == len(by_first)


def _is_twin(
    bare: frozenset[EffectKey], full: frozenset[EffectKey], *, is_shown: bool = False
) -> bool:
    more = full - bare
    shown = [key for key in more if _ANSWER in key[3]]
    if not shown and not is_shown:
        return False
    # Each effect of the empty answer has its counterpart, of which nothing is left over.
    paired: set[EffectKey] = set()
    for key in bare - full:
        others = [
            one
            for one in shown
            if one[:3] == key[:3] and one[4] == key[4] and _matches(one[3], key[3])
        ]
        if not others:
            return False
        paired.update(others)
    return all(key in paired or is_line(key) for key in more)


def is_line(key: EffectKey) -> bool:
    """Return whether an effect is no more than a line that is printed or logged."""
    return key[1] == _PRINTED or key[0] == EffectLevel.ASIDE


def is_bare(bare: EffectKey, full: EffectKey) -> bool:
    """Return whether an effect is another one of its place with nothing of the answer to show."""
    return (
        _ANSWER not in bare[3]
        and _ANSWER in full[3]
        and bare[:3] == full[:3]
        and bare[4] == full[4]
        # a text is written with the quotes that are not in it
        and _matches(full[3].replace('"', "'"), bare[3].replace('"', "'"))
    )


def _matches(full: str, bare: str) -> bool:
    """Return whether a text is another one with nothing in place of the answer's data."""
    if says_more(full, bare):
        return False
    inner = _in_place_of_data(full, bare)
    return inner is not None and all(_NOTHING.fullmatch(one) for one in inner)


def stands_in(full: str, bare: str) -> bool:
    """Return whether a text is another one with something of its own in place of the data.

    An empty list or text stands in for nothing: it is what there is of an empty answer.
    """
    inner = _in_place_of_data(full, bare)
    return inner is not None and not all(_NOTHING.fullmatch(one) for one in inner)


def _in_place_of_data(full: str, bare: str) -> list[str] | None:
    """Return what one text has in place of the answer's data in another, None if they differ.

    ``[{'text': ''}]`` has nothing in the place where ``[{'text': <answer>}]`` has data, or
    ``[{'text': '#<answer>'}]``.
    """
    inner = _between(_SEPARATED.sub(_ANSWER, _WORDLESS.sub(f"'{_ANSWER}'", full)), bare)
    if inner is not None and all(_NOTHING.fullmatch(one) for one in inner):
        return inner
    return _between(_plain(full), _plain(bare))


def _between(full: str, text: str) -> list[str] | None:
    first, *rest = full.split(_ANSWER)
    if not rest:
        return [] if first == text else None
    if not text.startswith(first) or not text.endswith(rest[-1]):
        return None
    place = len(first)
    inner: list[str] = []
    for piece in rest[:-1]:
        found = text.find(piece, place)
        if found < 0:
            return None
        inner.append(text[place:found])
        place = found + len(piece)
    end = len(text) - len(rest[-1])
    if place > end:
        return None
    return [*inner, text[place:end]]


def _plain(text: str) -> str:
    """Return a text with lists and dictionaries of the answer's data written alike."""
    for _ in range(_NESTED):
        made = _LIST.sub(_ANSWER, _PAIR.sub(_ANSWER, text))
        if made == text:
            break
        text = made
    return text
