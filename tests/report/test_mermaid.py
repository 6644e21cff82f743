import re

from hypothesis import given, settings

import strategies
from chameleonapi.decision import Order
from chameleonapi.report import decision_diagram
from report import samples

_TEXT = r'"(?:[\w .,:+\-/?!\']|#\d+;|<br/>)*"'
_LINE = re.compile(
    rf"  (?:answer\(\[{_TEXT}\]\)|outcome\d+\[{_TEXT}\]|rule\d+\{{\{{{_TEXT}\}}\}}"
    r"|(?:answer|rule\d+) (?:-->|==>|-- otherwise -->|-\. otherwise \.->) (?:rule|outcome)\d+"
    rf"|subgraph m\d+s\[{_TEXT}\]|  m\d+s\d+\(\({_TEXT}\)\)|  m\d+s\d+ -- {_TEXT} --> m\d+s\d+|end)"
)


def test_api_order_asks_all_questions_of_the_answer():
    text = decision_diagram(samples.smart_bin())
    assert text.startswith("flowchart LR\n")
    assert [line for line in text.splitlines() if "-->" in line] == [
        "  answer --> rule1",
        "  answer --> rule2",
        "  answer --> rule3",
    ]
    assert "  answer -. otherwise .-> outcome4" in text
    assert "Baked goods, Bread, Dessert, Dish, Food, Fruit, Nut, Salad and 1 more" in text
    assert "return #34;compost#34;" in text


def test_application_order_asks_one_after_the_other():
    text = decision_diagram(samples.smart_bin(order=Order.APPLICATION))
    assert [line for line in text.splitlines() if "-->" in line or "-." in line] == [
        "  answer --> rule1",
        "  rule1 -- otherwise --> rule2",
        "  rule2 -- otherwise --> rule3",
        "  rule3 -. otherwise .-> outcome4",
    ]


@settings(max_examples=60, deadline=None)
@given(strategies.processes())
def test_text_never_becomes_diagram(process):
    head, *lines = decision_diagram(process).splitlines()
    assert head == "flowchart LR"
    assert [line for line in lines if not _LINE.fullmatch(line)] == []
