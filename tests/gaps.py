"""Everything that is not checked, or known to be wrong, with its reason; stale entries fail.

One dictionary for each test that makes exceptions.
"""

# applications of tests/corpus whose record departs from what a person reads (test_corpus.py)
CORPUS_DIFFERS: dict[str, str] = {}

# applications of tests/corpus that CPython cannot judge (test_corpus.py)
CORPUS_NOT_JUDGED: dict[str, str] = {}
