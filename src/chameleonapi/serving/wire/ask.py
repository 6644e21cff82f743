"""One question about one input: what every codec makes of a request."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Ask"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be found out about one input.

    Attributes:
        api: id of the API.
        content: the bytes of a picture, or a text in UTF-8.
        language: of a text, as the request names it.
        variant: which of the provider's models is asked for.
        cut: how much of the answer is wanted, as text: two asks about one input that differ
            in nothing else are the same question, cut in two ways.
    """

    api: str
    content: bytes
    language: str = ""
    variant: str = ""
    cut: str = ""
