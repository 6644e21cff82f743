"""A backbone whose features of a text are those of its mentions, one after the other.

For each mention: one if it is there at all, where it begins, how sure the finder is, how long the
text is, its words; and then what the head sees: the mean state of its words in the middle of the
network, what their letters look like, and how sure the finder is.

Reference: Tenney, Das and Pavlick, "BERT Rediscovers the Classical NLP Pipeline", ACL 2019: types
of names are told by layers in the middle, not by the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import Mention
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.models.backbones import Backbone, PieceBackbone
from chameleonapi.models.mentions.finder import BEGINS, GOES_ON, OUTSIDE, MentionFinder
from chameleonapi.models.mentions.words import SHAPES, split_words
from chameleonapi.models.token_texts import read_text

__all__ = [
    "MENTIONS",
    "MentionBackbone",
    "MentionRows",
    "WordReader",
    "need_pieces",
    "read_mentions",
]

MENTIONS: Final = 16
"""Mentions in a text, or in a window of a longer one, at most."""

_LONGEST: Final = 64
"""Characters of a mention at most; no name is that long."""
_PLACE: Final = 4  # whether it is there, where it begins, how sure it is, length of the text
_FRONT: Final = _PLACE + 1 + _LONGEST  # and its length, and its characters
_FACTS: Final = SHAPES + 3
_LEAST: Final = 0.15
"""The share from which a word may begin a mention: the head says what is none."""
_DEPTH: Final = 2 / 3


class MentionRows(NamedTuple):
    """The features of texts, taken apart."""

    there: Bool[Tensor, "batch mentions"]
    front: Float[Tensor, "batch mentions front"]
    features: Float[Tensor, "batch mentions dimension"]

    def mentions(self, row: int) -> list[Mention]:
        """Return the mentions of one text, in its order."""
        found = []
        for begin, sureness, length, size, *codes in self.front[row][self.there[row]].tolist():
            name = "".join(map(chr, map(int, codes[: int(size)])))
            found.append(Mention.at(name, int(begin), int(length), sureness=sureness))
        return found


def read_mentions(features: Float[Tensor, "batch numbers"]) -> MentionRows:
    """Take the features of a backbone of mentions apart.

    Raises:
        UsageError: if they are those of another backbone.
    """
    width, rest = divmod(features.shape[-1], MENTIONS)
    if rest or width <= _FRONT:
        raise UsageError(
            f"features of {features.shape[-1]} numbers are not those of {MENTIONS} mentions.",
            hint="Compute them with a backbone of mentions.",
        )
    rows = features.reshape(-1, MENTIONS, width)
    return MentionRows(rows[..., 0] > 0, rows[..., 1:_FRONT], rows[..., _FRONT:])


def need_pieces(backbone: Backbone) -> PieceBackbone:
    """Return the backbone as one that gives a state for each piece of a text.

    Raises:
        UnsupportedError: if it does not.
    """
    if not isinstance(backbone, PieceBackbone):
        raise UnsupportedError(
            f"{backbone.name} gives no states of single words.", hint="Use embedded:minilm."
        )
    return backbone


class _Read(NamedTuple):
    """A text as it is read: pieces, words and characters, unpacked from one row of numbers."""

    ids: Tensor
    owners: Tensor
    begins: Tensor
    ends: Tensor
    shapes: Tensor
    characters: Tensor


@final
class WordReader:
    """Reads texts into words, and gives the numbers of each word.

    Args:
        whole: gives the states.
    """

    def __init__(self, whole: Backbone) -> None:
        self._whole = need_pieces(whole)

    @property
    def dimension(self) -> int:
        """Numbers of a word: its state and its shape."""
        return self._whole.state_dimension + SHAPES

    def read(self, content: bytes) -> Int[Tensor, " packed"]:
        """Return a text as it is computed on, packed into one row.

        Raises:
            InputError: if it is not UTF-8.
        """
        text = read_text(content)
        pieces = self._whole.pieces(text)
        last = max((end for _, end in pieces.places), default=0)
        words = [one for one in split_words(text) if one.begin < last]
        owners: list[int] = []
        here = 0
        for begin, _ in pieces.places:
            while here + 1 < len(words) and words[here].end <= begin:
                here += 1
            owners.append(here)
        parts = [
            [len(pieces.ids), len(words), len(text)],
            list(pieces.ids),
            owners,
            *([one[field] for one in words] for field in range(3)),
            [ord(one) for one in text],
        ]
        return torch.tensor([number for part in parts for number in part], dtype=torch.long)

    def words(
        self, texts: Sequence[Int[Tensor, " packed"]]
    ) -> list[Float[Tensor, "words dimension"]]:
        """Return the numbers of the words of texts."""
        read = [unpack(one) for one in texts]
        found = []
        for one, states in zip(
            read, self._whole.states([one.ids for one in read], _DEPTH), strict=True
        ):
            count = len(one.begins)
            total = torch.zeros(count, states.shape[-1]).index_add_(0, one.owners, states)
            size = torch.bincount(one.owners, minlength=count).clamp(min=1) if count else one.begins
            shapes = (one.shapes[:, None] >> torch.arange(SHAPES)) & 1
            found.append(torch.cat([total / size[:, None], shapes.to(total.dtype)], 1))
        return found


def unpack(packed: Int[Tensor, " packed"]) -> _Read:
    """Take a text apart that ``WordReader.read`` packed."""
    pieces, words, length = packed[:3].tolist()
    sizes = [pieces, pieces - 2, words, words, words, length]
    return _Read(*torch.split(packed[3:], sizes))


@final
class MentionBackbone:
    """A backbone of whole texts with a finder.

    Args:
        whole: gives the states.
        finder: finds the mentions.
    """

    def __init__(self, whole: Backbone, finder: MentionFinder) -> None:
        self._whole = need_pieces(whole)
        self._words = WordReader(whole)
        self._finder = finder

    @property
    def whole(self) -> PieceBackbone:
        """The backbone of whole texts."""
        return self._whole

    @property
    def finder(self) -> MentionFinder:
        """What finds the mentions."""
        return self._finder

    @property
    def name(self) -> str:
        """The name of the backbone of whole texts: the finder is told apart by ``sha256``."""
        return self._whole.name

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights of both."""
        return hashlib.sha256(f"{self._whole.sha256}/{self._finder.sha256}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Number of features of one text."""
        return MENTIONS * (_FRONT + self.mention_dimension)

    @property
    def mention_dimension(self) -> int:
        """Number of features of one mention that a head sees."""
        return self._whole.state_dimension + _FACTS

    @property
    def reader(self) -> str:
        """Name of how a text becomes words."""
        return f"{self._whole.reader} words/1"

    def reads_whole(self, text: str) -> bool:
        """Tell whether a text is read to its last word."""
        places = self._whole.pieces(text).places
        return max((end for _, end in places), default=0) >= len(text.rstrip())

    def tokens(self, content: bytes) -> Int[Tensor, " packed"]:
        """Read a text; see :meth:`WordReader.read`."""
        return self._words.read(content)

    @torch.no_grad()
    def encode(self, texts: Sequence[Int[Tensor, " packed"]]) -> Float[Tensor, "batch dimension"]:
        """Compute the features of texts."""
        found = torch.zeros(len(texts), MENTIONS, _FRONT + self.mention_dimension)
        for row, (packed, words) in enumerate(zip(texts, self._words.words(texts), strict=True)):
            if not len(words):
                continue
            shares = torch.softmax(self._finder(words[None])[0], -1)
            read = unpack(packed)
            for place, span in enumerate(_spans(shares, read)):
                found[row, place] = self._row(span, shares, words, read)
        return found.flatten(1)

    def _row(self, span: tuple[int, int], shares: Tensor, words: Tensor, read: _Read) -> Tensor:
        first, behind = span
        own = words[first:behind]
        begin, end = int(read.begins[first]), int(read.ends[behind - 1])
        sure = _sureness(span, shares)
        codes = torch.zeros(_LONGEST)
        codes[: end - begin] = read.characters[begin:end].to(codes.dtype)
        length = len(read.characters)
        front = torch.tensor([1.0, begin, sure, length, end - begin])
        odds = torch.logit(torch.tensor(sure), eps=1e-4)
        facts = torch.stack(
            [odds, torch.tensor(begin / length), torch.tensor(float(behind - first))]
        )
        return torch.cat([front, codes, own.mean(0), facts])


def _spans(shares: Float[Tensor, "words 3"], read: _Read) -> list[tuple[int, int]]:
    """Return the surest mentions, in the order of the text, as first word and the one behind."""
    inside = (1 - shares[:, OUTSIDE]).tolist()
    rows: list[list[float]] = shares.tolist()
    found: list[tuple[int, int]] = []
    here = 0
    while here < len(rows):
        if inside[here] < _LEAST:
            here += 1
            continue
        behind = here + 1
        while behind < len(rows) and rows[behind][GOES_ON] > max(rows[behind][BEGINS], 0.4):
            behind += 1
        if int(read.ends[behind - 1]) - int(read.begins[here]) <= _LONGEST:
            found.append((here, behind))
        here = behind
    best = sorted(found, key=lambda one: -_sureness(one, shares))[:MENTIONS]
    return sorted(best)


def _sureness(span: tuple[int, int], shares: Float[Tensor, "words 3"]) -> float:
    """Return how sure it is that the words of a span are inside of mentions: the least sure one."""
    return float((1 - shares[span[0] : span[1], OUTSIDE]).amin())
