"""Vocabularies: which labels an API answers with."""

from chameleonapi.analysis.vocabularies.vocabulary import (
    Vocabulary,
    builtin_vocabulary,
    load_vocabulary,
    packaged_words,
)

__all__ = ["Vocabulary", "builtin_vocabulary", "load_vocabulary", "packaged_words"]
