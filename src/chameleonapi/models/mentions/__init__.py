"""Models that say who and what a text names.

A *finder*, trained once for all applications, finds the pieces of a text that name something of any
sort; a backbone of mentions turns each into features; a head over these tells its type. So heads,
thresholds and losses are those of whole inputs, one mention at a time.
"""

from chameleonapi.models.mentions.backbone import (
    MENTIONS,
    MentionBackbone,
    MentionRows,
    WordReader,
    need_pieces,
    read_mentions,
)
from chameleonapi.models.mentions.finder import MentionFinder
from chameleonapi.models.mentions.head import MentionHead, mention_batch
from chameleonapi.models.mentions.words import Word, split_words

__all__ = [
    "MENTIONS",
    "MentionBackbone",
    "MentionFinder",
    "MentionHead",
    "MentionRows",
    "Word",
    "WordReader",
    "mention_batch",
    "need_pieces",
    "read_mentions",
    "split_words",
]
