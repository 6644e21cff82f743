"""A call in a loop over inputs: one input is followed, and what comes after the loop is seen."""

import textwrap

from chameleonapi.analysis.engine import load_program
from chameleonapi.apis import api_ids

_HEAD = """
from google.cloud import language_v1, vision
client = language_v1.LanguageServiceClient()
def score(text):
    return client.analyze_sentiment(document={"content": text}).document_sentiment.score
"""


def trace_of(tmp_path, body, score=0.5):
    file = tmp_path / "app.py"
    file.write_text(_HEAD + textwrap.dedent(body), encoding="utf-8")
    program = load_program(file)
    entry = next(one for one in program.entries if one.name == "<module>")
    answer = {"documentSentiment": {"score": score}}
    return program.run(entry, {}, {}, default=dict.fromkeys(api_ids(), answer))


def printed(trace):
    return [one.concrete for one in trace.effects if one.kind == "print"]


def test_what_follows_a_loop_of_calls_is_seen_with_a_gap(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        scores = []
        for text in open("tweets.txt"):
            scores.append(score(text))
        if sum(scores) / len(scores) > 0.1:
            print("buy")
        """,
    )
    assert printed(trace) == ["print 'buy'"]
    assert {gap.code for gap in trace.gaps} == {"several-inputs"}


def test_a_loop_that_decides_in_each_round_has_no_gap(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        for text in ["a", "b"]:
            if score(text) > 0:
                print("good")
        print("done")
        """,
    )
    assert printed(trace) == ["print 'good'", "print 'done'"]
    assert not trace.gaps


def test_comprehensions_and_while_loops_end_their_round_too(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        found = [score(t) for t in ("a", "b")]
        print(len(found))
        while True:
            score(input())
        """,
    )
    assert printed(trace) == ["print 1"]


def test_the_same_question_gets_the_same_answer_again(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        text = input()
        for limit in (0.2, 0.4, 0.9):
            if score(text) > limit:
                print(limit)
        """,
    )
    assert printed(trace) == ["print 0.2", "print 0.4"]


def test_a_second_call_outside_a_loop_ends_the_run(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        print(score("a") > 0)
        print(score("b") > 0)
        """,
    )
    assert len(printed(trace)) == 1


def test_metadata_of_an_entity_is_a_map(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        "from google.cloud import language_v1\n"
        "client = language_v1.LanguageServiceClient()\n"
        "for e in client.analyze_entities(document={}).entities:\n"
        "    print(e.metadata.get('wikipedia_url', '-'), 'mid' in e.metadata)\n",
        encoding="utf-8",
    )
    program = load_program(file)
    answer = {"entities": [{"name": "x", "metadata": {"wikipedia_url": "u"}}]}
    trace = program.run(program.entries[0], {}, {}, default=dict.fromkeys(api_ids(), answer))
    assert printed(trace) == ["print 'u' False"]


def test_a_loop_without_end_takes_the_next_picture_from_the_same_file(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        import picamera
        while True:
            picamera.capture("now.txt")
            print(score(open("now.txt").read()) > 0)
        """,
    )
    assert len(printed(trace)) == 1


def test_the_same_question_within_one_round_of_an_endless_loop_is_the_same_input(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        while True:
            for word in ["a", "b"]:
                if score("the text") > 0.1:
                    print(word)
            if score("the text") > 0.2:
                print("again")
        """,
    )
    assert printed(trace) == ["print 'a'", "print 'b'", "print 'again'"]
    assert not trace.gaps


def test_a_loop_that_nothing_leaves_ends_the_run(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        import time
        if score("the text") < 0.1:
            print("bad")
        while True:
            time.sleep(1)
        print("never")
        """,
        score=-0.5,
    )
    assert printed(trace) == ["print 'bad'"]
    assert {one.kind for one in trace.effects} == {"return", "print", "call"}
    assert not trace.gaps


def test_a_loop_that_something_leaves_goes_on(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        count = 0
        while True:
            count += 1
            if count > 1000:
                break
        if score("the text") > 0.1:
            print(count)
        """,
    )
    assert printed(trace) == ["print 1001"]
    assert not trace.gaps
