"""A process that is asked, answer by answer, about what a program does."""

from chameleonapi.apis import get_api
from chameleonapi.decision.asked import ORDERS, SURE, perfectly_shown, shown_answer

API = "google.vision.label_detection"


def test_perfect_answers_hold_what_is_there_in_every_order():
    assert perfectly_shown(()) == [()]
    assert set(perfectly_shown(("Apple", "Pear"))) == {
        (("Apple", SURE), ("Pear", SURE)),
        (("Pear", SURE), ("Apple", SURE)),
    }


def test_of_many_orders_some_are_drawn_always_the_same():
    many = ("Apple", "Glass", "Shirt", "Pear", "Dog")
    some = perfectly_shown(many)
    assert len(some) == ORDERS
    assert some == perfectly_shown(frozenset(many))
    assert all({label for label, _ in one} == set(many) for one in some)


def test_an_answer_shows_what_it_is_to_show_and_no_more():
    shown = (("Pear", 0.7), ("Apple", 0.01))
    answer = shown_answer(get_api(API), shown)
    assert [(one["description"], one["score"]) for one in answer["labelAnnotations"]] == [*shown]
