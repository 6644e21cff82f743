import pytest

from chameleonapi import decision as d
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import compile_decision
from losses.decisions import (
    ATOMS,
    LABELS,
    PATH,
    SCORE,
    aggregate,
    atom,
    process,
    true_false,
    yes_or_no,
)

ANY = d.IntervalSet.at_least(0.5)


def with_test(test):
    return {"atoms": (d.Atom("fruit", PATH, (test,), text="the odd one"),)}


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (
            yes_or_no(d.Exists("fruit"), **with_test(d.LabelTest("mid", d.LabelSet.of("/m/1")))),
            r"app: the atom 'fruit' \(the odd one\) reads the field 'mid'",
        ),
        (
            yes_or_no(d.Exists("fruit"), **with_test(d.NumberTest(d.Field("topicality"), ANY))),
            r"the atom 'fruit' \(the odd one\) reads the field 'topicality'",
        ),
        (
            yes_or_no(
                d.Exists("fruit"),
                **with_test(
                    d.NumberTest(
                        d.Arithmetic("*", d.Constant(2.0), d.Function("abs", (d.Field("locale"),))),
                        ANY,
                    )
                ),
            ),
            "reads the field 'locale'",
        ),
        (
            yes_or_no(d.Exists("fruit"), **with_test(d.NumberTest(aggregate("max"), ANY))),
            "compares one element with the whole answer",
        ),
        (
            yes_or_no(d.Exists("web"), atoms=[d.Atom("web", "webDetection.webEntities")]),
            "the atom 'web' reads 'webDetection.webEntities'",
        ),
        (
            yes_or_no(d.LengthAtLeast("faceAnnotations", 1)),
            "a test of length reads 'faceAnnotations'",
        ),
        (yes_or_no(d.ExistsInTop(1, "fruit", by="topicality")), "sorts by the field 'topicality'"),
        (yes_or_no(d.ExistsInTop(-1, "fruit")), "asks for the first -1 elements"),
        (yes_or_no(d.ElementAt(-12, "fruit")), "ElementAt needs more than 512 states"),
        (yes_or_no(d.Compare(d.Field("locale"), ANY)), "reads the field 'locale' of the answer"),
        (
            yes_or_no(
                d.Compare(d.Function("neg", (aggregate("sum", value=d.Field("topicality")),)), ANY)
            ),
            "the number 'sum' reads the field 'topicality'",
        ),
        (
            yes_or_no(d.Compare(d.ElementValue(PATH, 0, d.Field("topicality")), ANY)),
            "the element 0 reads the field 'topicality'",
        ),
        (
            yes_or_no(d.Compare(d.Aggregate("count", "faceAnnotations"), ANY)),
            "the number 'count' reads 'faceAnnotations'",
        ),
        (
            yes_or_no(d.Compare(aggregate("max", value=d.Field("topicality")), ANY)),
            "a comparison reads the field 'topicality'",
        ),
        (
            process(d.Cases((), "only"), atoms=(), api="google.vision.image_properties"),
            "does not answer with labels and scores",
        ),
        (true_false(max_results=-1), "asks for -1 results"),
    ],
)
def test_what_labels_do_not_determine_is_named(drawn, message):
    with pytest.raises(UnsupportedError, match=message):
        compile_decision(drawn, LABELS)


def test_the_automaton_of_another_list_is_named():
    machine = d.Automaton("m", "faceAnnotations", (), ((),), ((0,),), ("yes",))
    drawn = yes_or_no(d.AutomatonGives("m", "yes"), automata=[machine])
    with pytest.raises(UnsupportedError, match="the automaton 'm' reads 'faceAnnotations'"):
        compile_decision(drawn, LABELS)


def test_more_flags_than_bits_are_refused():
    rules = d.Flags(tuple(d.Flag(d.Exists("fruit"), f"f{i}") for i in range(63)))
    with pytest.raises(UnsupportedError, match="63 independent flags"):
        compile_decision(process(rules), LABELS)


@pytest.mark.parametrize("labels", [(), ("apple", "apple")])
def test_a_label_space_names_each_label_once(labels):
    with pytest.raises(UsageError, match="different names"):
        compile_decision(true_false(), labels)


def test_an_unsupported_atom_that_no_rule_uses_is_no_obstacle():
    odd = atom("odd")
    odd = d.Atom("odd", PATH, (d.LabelTest("mid", d.LabelSet.of("/m/1")), d.NumberTest(SCORE, ANY)))
    assert compile_decision(true_false(atoms=(*ATOMS, odd)), LABELS).outcomes == ("yes", "no")
