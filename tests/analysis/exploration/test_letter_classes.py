"""Many letters that do the same are run once, and what was put together wrongly is split."""

import itertools
from types import SimpleNamespace

from chameleonapi.analysis.exploration.letter_classes import LetterClasses


def alphabet(*counts, firsts=1):
    letters = [
        SimpleNamespace(collection=f"list{number}")
        for number, count in enumerate(counts)
        for _ in range(count)
    ]
    return SimpleNamespace(letters=letters, firsts=[()] * firsts)


class Application:
    """Says what a function makes of a word, and counts the different words it is asked."""

    def __init__(self, decide):
        self.decide = decide
        self.asked = set()

    def __call__(self, word):
        self.asked.add(word)
        return self.decide(word)


def kinds(word):
    """Any of 1..19 opens, any of 20..29 shuts unless something opens."""
    _, letters = word
    if any(0 < one < 20 for one in letters):
        return "open"
    return "shut" if any(20 <= one < 30 for one in letters) else "idle"


def test_letters_that_do_the_same_share_one_that_stands_for_all():
    classes = LetterClasses(alphabet(40), Application(kinds))
    assert classes.representatives == (0, 1, 20)
    assert classes.word((0, (39, 25, 7))) == (0, (0, 20, 1))


def test_all_words_of_two_letters_read_the_same():
    classes = LetterClasses(alphabet(40), Application(kinds))
    for pair in itertools.product(range(40), repeat=2):
        assert kinds((0, pair)) == kinds(classes.word((0, pair)))


def test_few_letters_need_no_classes():
    application = Application(kinds)
    classes = LetterClasses(alphabet(12), application)
    assert classes.representatives == tuple(range(12))
    assert not application.asked


def test_what_seems_to_do_nothing_is_tried_beside_what_does_something():
    def vetoed(word):
        return "idle" if 33 in word[1] else kinds(word)

    classes = LetterClasses(alphabet(40), Application(vetoed))
    assert classes.word((0, (33,))) != classes.word((0, (0,)))


def test_elements_of_two_lists_are_never_put_together():
    classes = LetterClasses(alphabet(20, 20), Application(lambda _: "same"))
    assert classes.representatives == (0, 20)


def test_a_wrong_class_is_split_by_the_word_that_shows_it():
    def rare(word):
        return "pair" if {31, 32} <= set(word[1]) else kinds(word)

    classes = LetterClasses(alphabet(40), Application(rare))
    word = (0, (5, 31, 39, 32))
    assert rare(classes.word(word)) != rare(word)
    while rare(classes.word(word)) != rare(word):
        assert classes.split(word)
    assert rare(classes.word((0, (32, 31)))) == "pair"
    assert classes.word((0, (39,))) == (0, (0,))


def test_a_word_that_reads_right_splits_nothing():
    classes = LetterClasses(alphabet(40), Application(kinds))
    assert not classes.split((0, (7, 25)))
    assert classes.representatives == (0, 1, 20)
