"""What texts name, as the APIs answer it: long texts window by window, answers for whole texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, final

from chameleonapi.apis import LabelPredictor, Mention, Mentions, Prediction, Request
from chameleonapi.data.sentences import split_sentences
from chameleonapi.errors import ChameleonError, InputError, LanguageError

__all__ = ["EntityPredictor", "windows_of"]

_ENGLISH: Final = "en"
_MOST_WINDOWS: Final = 2_000


def windows_of(text: str, is_short: Callable[[str], bool]) -> list[tuple[int, str]]:
    """Return a text in windows of whole sentences, each with the place where it begins.

    As many sentences go into one as are read at once; one that is longer is halved at a space,
    until its parts are short.

    Args:
        text: the text.
        is_short: tells whether a piece of it is read to its end.
    """
    if is_short(text):
        return [(0, text)]
    found: list[tuple[int, int]] = []
    for one in split_sentences(text):
        for begin, piece in _halved(one.begin, one.text, is_short):
            end = begin + len(piece)
            if found and is_short(text[found[-1][0] : end]):
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
    return [(begin, text[begin:end]) for begin, end in found[:_MOST_WINDOWS]]


def _halved(begin: int, text: str, is_short: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Yield the parts of a sentence, each with its place; a run without a space stays whole."""
    if is_short(text):
        yield begin, text
        return
    middle = text.rfind(" ", 1, len(text) // 2 + 1)
    if middle < 0:
        middle = text.find(" ", len(text) // 2)
    if middle < 0:
        yield begin, text
        return
    yield from _halved(begin, text[:middle], is_short)
    yield from _halved(begin + middle + 1, text[middle + 1 :], is_short)


@final
class EntityPredictor:
    """A ``chameleonapi.apis.ApiPredictor`` for what texts name.

    Args:
        predictor: its models say which mentions one window has; it says which APIs are served.
        is_short: tells whether a text is read to its end.
    """

    def __init__(self, predictor: LabelPredictor, is_short: Callable[[str], bool]) -> None:
        self._predictor = predictor
        self._is_short = is_short

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return self._predictor.applications

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        return self._predictor.serves(application, api)

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order; all windows of all texts take one pass."""
        pieces: list[Request] = []
        plans: list[ChameleonError | tuple[str, list[int], int]] = []
        for one in requests:
            if one.language.partition("-")[0].lower() not in {"", _ENGLISH}:
                plans.append(
                    LanguageError(f"what texts in {one.language!r} name is not known here.")
                )
                continue
            try:
                text = one.content.decode()
            except UnicodeDecodeError as error:
                plans.append(InputError(f"the text is not UTF-8: {error.reason}."))
                continue
            windows = windows_of(text, self._is_short)
            plans.append((text, [begin for begin, _ in windows], len(pieces)))
            pieces += [replace(one, content=piece.encode()) for _, piece in windows]
        found = self._predictor.predict(pieces)
        return [one if isinstance(one, ChameleonError) else _joined(*one, found) for one in plans]


def _joined(
    text: str, begins: Sequence[int], first: int, found: Sequence[Prediction | ChameleonError]
) -> Prediction | ChameleonError:
    """Return the mentions of a text from those of its windows."""
    parts = found[first : first + len(begins)]
    if len(parts) == 1:
        return parts[0]
    labels: tuple[str, ...] = ()
    mentions: list[Mention] = []
    logits: list[Sequence[float]] = []
    for begin, part in zip(begins, parts, strict=True):
        if isinstance(part, ChameleonError):
            return part
        assert isinstance(part, Mentions)
        labels = part.labels
        mentions += [
            Mention.at(one.text, begin + one.begin, len(text), sureness=one.sureness)
            for one in part.mentions
        ]
        logits += part.logits
    return Mentions(labels, mentions, logits)
