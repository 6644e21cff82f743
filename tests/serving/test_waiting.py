"""Who comes next, and in what company."""

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
import requests
from google.cloud import vision
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.apis import LabelScores, Request
from chameleonapi.serving import ServerConfig, start_server
from chameleonapi.serving.batcher import MicroBatcher
from chameleonapi.serving.waiting import DeadlineError, Waiting, WaitingQueue


class Done:
    def __init__(self, *, is_done=False):
        self.is_done = is_done

    def done(self):
        return self.is_done


def one(name, deadline=math.inf, *, is_done=False):
    return Waiting(Request("", name.encode()), Done(is_done=is_done), deadline)


def names(found):
    return "".join(each.request.content.decode() for each in found)


def queue(*waiting, now=0.0):
    made = WaitingQueue()
    for each in waiting:
        made.add(each, now)
    return made


def test_without_deadlines_the_first_come_first():
    line = queue(*(one(name) for name in "abcde"))
    assert names(line.take(3, 1.0, 0.0)[0]) == "abc"
    assert names(line.take(3, 1.0, 0.0)[0]) == "de"
    assert len(line) == 0


def test_who_gives_up_first_goes_first_and_who_has_given_up_is_not_asked():
    line = queue(one("a"), one("b", 5.0), one("c", 2.0), one("d", 0.5), one("e", 1.0, is_done=True))
    batch, late = line.take(3, 1.0, 0.0)
    assert (names(batch), names(late)) == ("cba", "d")


def test_nobody_waits_for_ever_behind_those_in_a_hurry():
    line = queue(one("a"))
    for second in range(30):
        line.add(one("b", second + 3.0), float(second))
        batch, _ = line.take(1, float(second), 0.0)
        if names(batch) == "a":
            break
    assert second <= 10


@pytest.mark.parametrize(
    ("deadlines", "seconds_each", "expected"),
    [
        ({"a": 0.35}, 0.1, "abc"),  # three fit before its caller gives up
        ({"a": 0.35}, 0.01, "abcdefgh"),
        ({"a": 0.05}, 0.1, "abcdefgh"),  # too late anyway: it makes nobody wait
        ({"a": 0.25, "b": 0.45}, 0.1, "ab"),
        ({}, 0.1, "abcdefgh"),
    ],
)
def test_a_batch_is_no_larger_than_those_in_a_hurry_allow(deadlines, seconds_each, expected):
    line = queue(*(one(name, deadlines.get(name, math.inf)) for name in "abcdefgh"))
    batch, late = line.take(8, 0.0, seconds_each)
    assert names(batch) == expected
    assert late == []
    assert len(line) == 8 - len(expected)


@given(
    st.lists(st.one_of(st.floats(0.0, 20.0), st.just(math.inf)), max_size=30),
    st.integers(1, 8),
    st.floats(0.0, 2.0),
)
def test_everybody_is_taken_once_and_every_step_gets_on(deadlines, most, seconds_each):
    waiting = [one(str(place), deadline) for place, deadline in enumerate(deadlines)]
    line = queue(*waiting)
    taken = []
    for step in range(len(waiting)):
        before = len(line)
        batch, late = line.take(most, float(step), seconds_each)
        assert len(batch) <= most
        assert all(each.deadline > step for each in batch)
        assert not before or batch or late
        taken += [*batch, *late]
    assert len(line) == 0
    assert sorted(map(id, taken)) == sorted(map(id, waiting))


class Slow:
    """Takes a time for each input."""

    applications = ()

    def __init__(self, seconds):
        self.seconds = seconds
        self.seen = []

    def predict(self, asked):
        time.sleep(self.seconds * len(asked))
        self.seen += [each.content for each in asked]
        return [LabelScores(("x",), [0.9]) for _ in asked]


def test_an_input_whose_time_is_over_is_not_computed():
    predictor = Slow(0.1)

    async def work():
        batcher = MicroBatcher(predictor, max_batch=1)
        loop = asyncio.get_running_loop()
        patient = [asyncio.ensure_future(batcher.submit([Request("", b"1")]))]
        await asyncio.sleep(0.01)
        with pytest.raises(DeadlineError):
            await batcher.submit([Request("", b"late")], deadline=loop.time() + 0.02)
        await asyncio.gather(*patient)
        await batcher.close()

    asyncio.run(work())
    assert predictor.seen == [b"1"]


def annotate(content):
    return vision.BatchAnnotateImagesRequest.serialize(
        {"requests": [{"image": {"content": content}, "features": [{"type_": 4}]}]}
    )


def test_a_call_in_a_hurry_overtakes_those_who_can_wait():
    path = "/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
    predictor = Slow(0.1)
    with (
        start_server(predictor, ServerConfig(max_batch=4)) as server,
        grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel,
        ThreadPoolExecutor(24) as pool,
    ):
        call = channel.unary_unary(path)
        call(annotate(b"first"), timeout=60)
        patient = [pool.submit(call, annotate(b"patient")) for _ in range(24)]
        time.sleep(0.2)  # they stand in line
        call(annotate(b"hurry"), timeout=9)
        place = predictor.seen.index(b"hurry")
        for each in patient:
            each.result(60)
        assert place < 20
        assert predictor.seen.count(b"patient") == 24


def test_over_rest_the_client_says_when_it_gives_up():
    body = {"requests": [{"image": {"content": "eA=="}, "features": [{"type": "LABEL_DETECTION"}]}]}
    with start_server(Slow(0.3), ServerConfig(max_batch=1)) as server:
        url = f"{server.endpoint.http_url}/v1/images:annotate"

        def ask(**headers):
            return requests.post(url, json=body, timeout=60, headers=headers)

        assert ask(**{"x-server-timeout": "30"}).status_code == 200
        assert ask(**{"x-server-timeout": "soon"}).status_code == 200
        assert ask(**{"x-server-timeout": "nan"}).status_code == 200
        with (
            grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel,
            ThreadPoolExecutor(1) as pool,
        ):
            call = channel.unary_unary("/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages")
            under_way = pool.submit(call, annotate(b"x"))
            time.sleep(0.1)
            late = ask(**{"x-server-timeout": "0.05"})
            under_way.result(60)
    assert late.status_code == 504
    assert late.json()["error"]["status"] == "DEADLINE_EXCEEDED"
