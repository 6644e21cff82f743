"""Sentiment as the two providers answer it, from one pass over a text and its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, final

from torch import Tensor

from chameleonapi.apis import ApiAnswer, Prediction, Request
from chameleonapi.data.sentences import Sentence, split_sentences
from chameleonapi.errors import ChameleonError, InputError, LanguageError
from chameleonapi.losses import class_answer, class_shares, served_scores
from chameleonapi.models import SharedBackbonePredictor

__all__ = ["SentimentPredictor"]

_GOOGLE: Final = "google.language.analyze_sentiment"
_AWS: Final = "aws.comprehend.detect_sentiment"
_ENGLISH: Final = "en"
_MOST_SENTENCES: Final = 2_000


@final
class SentimentPredictor:
    """A ``chameleonapi.apis.ApiPredictor`` for ``AnalyzeSentiment`` or ``DetectSentiment``.

    The score of a document is that of the whole text, and the score of a sentence that of the
    sentence by itself. The magnitude of a sentence is its score without the sign; that of a
    document is the sum over its sentences, as Google documents it: it grows with the length of
    the text, and glad and sad sentences do not take each other's away.

    Args:
        predictor: its models have one score each, or one logit for each class.
        has_generic: whether it answers callers without an application of their own.
        is_classes: whether they are models of classes.
    """

    def __init__(
        self, predictor: SharedBackbonePredictor, *, has_generic: bool, is_classes: bool
    ) -> None:
        self._predictor = predictor
        self._names = frozenset(predictor.applications)
        self._has_generic = has_generic
        self._is_classes = is_classes

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return self._predictor.applications

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        if api != (_AWS if self._is_classes else _GOOGLE):
            return False
        return application in self._names if application else self._has_generic

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order; all texts and sentences take one pass."""
        pieces: list[Request] = []
        found: list[ChameleonError | tuple[list[Sentence], int]] = []
        for one in requests:
            if one.language.partition("-")[0].lower() not in {"", _ENGLISH}:
                found.append(
                    LanguageError(f"the sentiment of texts in {one.language!r} is not known here.")
                )
                continue
            try:
                text = one.content.decode()
            except UnicodeDecodeError as error:
                found.append(InputError(f"the text is not UTF-8: {error.reason}."))
                continue
            sentences = [] if self._is_classes else split_sentences(text)[:_MOST_SENTENCES]
            found.append((sentences, len(pieces)))
            pieces.append(one)
            # The only sentence of a text is the text, whatever white space is around it.
            if len(sentences) > 1:
                pieces += [replace(one, content=each.text.encode()) for each in sentences]
        logits = self._predictor.logits(pieces)
        return [
            one if isinstance(one, ChameleonError) else self._answer(requests[place], *one, logits)
            for place, one in enumerate(found)
        ]

    def _answer(
        self,
        request: Request,
        sentences: list[Sentence],
        first: int,
        logits: Sequence[Tensor | ChameleonError],
    ) -> Prediction | ChameleonError:
        whole = logits[first]
        if isinstance(whole, ChameleonError):
            return whole
        if self._is_classes:
            labels = self._predictor.labels(request.application)
            return ApiAnswer(class_answer(labels, class_shares(whole[None])[0].tolist()))
        document = float(served_scores(whole[0]))
        rows: list[dict[str, Any]] = []
        for place, sentence in enumerate(sentences):
            own = logits[first + 1 + place] if len(sentences) > 1 else whole
            assert isinstance(own, Tensor)
            score = float(served_scores(own[0]))
            rows.append(
                {
                    "text": {"content": sentence.text, "beginOffset": sentence.begin},
                    "sentiment": {"score": score, "magnitude": abs(score)},
                }
            )
        magnitude = sum(one["sentiment"]["magnitude"] for one in rows)
        return ApiAnswer(
            {
                "documentSentiment": {"score": document, "magnitude": magnitude},
                "language": request.language or _ENGLISH,
                "sentences": rows,
            }
        )
