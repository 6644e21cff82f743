"""Dictionaries with the same keys and values are one effect, in whichever order they were made."""

from chameleonapi.analysis.exploration.key_orders import KeyOrders


def test_the_order_that_was_met_first_is_told():
    orders = KeyOrders()
    first = "flask.jsonify({'fox': <answer>, 'badger': <answer>})"
    assert orders.settle(first) == first
    assert orders.settle("flask.jsonify({'badger': <answer>, 'fox': <answer>})") == first


def test_constants_and_dictionaries_inside_others_are_put_in_order_too():
    orders = KeyOrders()
    first = "{'found': {'a': 1, 'b': 'x, \\'y\\': 2', 'c': [<answer>]}, 'count': 2}"
    assert orders.settle(first) == first
    other = "{'found': {'c': [<answer>], 'b': 'x, \\'y\\': 2', 'a': 1}, 'count': 2}"
    assert orders.settle(other) == first


def test_other_keys_or_values_stay_apart():
    orders = KeyOrders()
    texts = ["{'a': 1, 'b': 2}", "{'a': 2, 'b': 1}", "{'b': 2, 'c': 1}", "{'a': 1}"]
    assert [orders.settle(one) for one in texts] == texts


def test_the_order_of_words_in_a_text_is_seen():
    orders = KeyOrders()
    texts = ["print \"{'a': 1, 'b': 2}\"", "print \"{'b': 2, 'a': 1}\""]
    assert [orders.settle(one) for one in texts] == texts
