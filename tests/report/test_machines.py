import io

from rich.console import Console

from chameleonapi.decision import Automaton, AutomatonGives, Case, Cases
from chameleonapi.report import decision_diagram
from chameleonapi.report.machines import machine_states
from chameleonapi.report.terminal import decision_panel
from report import samples

# the second result decides, if the first one was no food
MACHINE = Automaton(
    "m",
    "labelAnnotations",
    ("compost", "recycle"),
    ((False, False), (True, False), (False, True)),
    ((2, 1, 2), (1, 1, 1), (1, 1, 3), (3, 3, 3), (0, 0, 0)),
    ("trash", "compost", "trash", "recycle", "trash"),
)
PROCESS = samples.smart_bin(
    automata=(MACHINE,),
    rules=Cases(
        tuple(Case(AutomatonGives("m", one), one) for one in ("compost", "recycle")), "trash"
    ),
    witnesses=(),
)


def shown(renderable, *, width):
    console = Console(file=io.StringIO(), width=width, legacy_windows=False)
    console.print(renderable)
    return console.file.getvalue()


def test_states_are_numbered_as_they_are_reached():
    states = machine_states(PROCESS, MACHINE)
    assert [one.number for one in states] == [1, 2, 3, 4]  # the fifth is never reached
    assert [one.output for one in states] == ["trash", "trash", "compost", "recycle"]
    first, second, *last = states
    assert [target for _, target in first.ways] == [2, 3]
    assert [target for _, target in second.ways] == [3, 4]
    assert [one.ways for one in last] == [(), ()]
    assert first.ways[0][0].startswith("anything else or Bottle/")


def test_the_terminal_and_the_diagram_show_how_the_results_are_read():
    text = shown(decision_panel(PROCESS), width=100)
    assert "How the results are read, one after the other:" in text
    assert "stays" in text
    assert "3   compost" in text
    diagram = decision_diagram(PROCESS)
    assert 'm1s1 -- "anything else' in diagram
    assert 'm1s4(("4<br/>recycle"))' in diagram


def test_large_machines_are_not_spelled_out():
    size = 20
    large = Automaton(
        "m",
        "labelAnnotations",
        ("compost",),
        ((False,), (True,)),
        tuple((min(one + 1, size - 1), 0) for one in range(size)),
        (*["trash"] * (size - 1), "compost"),
    )
    rules = Cases((Case(AutomatonGives("m", "compost"), "compost"),), "trash")
    process = samples.smart_bin(automata=(large,), rules=rules, witnesses=())
    assert "one after the other" not in shown(decision_panel(process), width=100)
    assert "subgraph" not in decision_diagram(process)
    assert "(20 states)" in shown(decision_panel(process), width=100)
