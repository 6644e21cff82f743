import asyncio
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.apis import LabelScores, Request
from chameleonapi.errors import InputError, ModelError, UnknownNameError
from chameleonapi.serving.batcher import MicroBatcher, OverloadError, StoppedError

LABELS = ("x",)


class NumberPredictor:
    """Scores are the number in the content; some contents are trouble."""

    applications = ("a",)

    def __init__(self, *, offset=0.0, gate=None):
        self.batches = []
        self.is_busy = False
        self.offset = offset
        self.gate = gate

    def predict(self, requests):
        self.is_busy = True
        if self.gate is not None:
            assert self.gate.wait(30)
        self.batches.append(len(requests))
        if any(one.content == b"crash" for one in requests):
            msg = "secret content"
            raise RuntimeError(msg)
        if any(one.application == "nobody" for one in requests):
            raise UnknownNameError("application", "nobody", ("a",))
        return [
            InputError("bad")
            if one.content == b"bad"
            else LabelScores(LABELS, [float(one.content) + self.offset])
            for one in requests
        ]


def ask(*contents, application="a"):
    return [
        Request(application, one if isinstance(one, bytes) else str(one).encode())
        for one in contents
    ]


async def with_batcher(predictor, work, **options):
    batcher = MicroBatcher(predictor, **options)
    try:
        return await work(batcher)
    finally:
        if predictor.gate is not None:
            predictor.gate.set()
        await batcher.close()


def scores(results):
    return [one.scores[0] for one in results]


async def until(condition):
    async def poll():
        while not condition():  # noqa: ASYNC110 -- what is awaited happens in another thread
            await asyncio.sleep(0.001)

    await asyncio.wait_for(poll(), 20)


CALLS = st.lists(
    st.lists(st.integers(0, 99) | st.sampled_from([b"bad", b"crash"]), min_size=1, max_size=5),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=40)
@given(CALLS, st.integers(1, 8))
def test_order_is_kept_and_trouble_stays_where_it_is(calls, max_batch):
    predictor = NumberPredictor()

    async def work(batcher):
        return await asyncio.gather(
            *(batcher.submit(ask(*one)) for one in calls), return_exceptions=True
        )

    answers = asyncio.run(with_batcher(predictor, work, max_batch=max_batch, max_waiting=1000))
    assert max(predictor.batches) <= max_batch
    for call, answer in zip(calls, answers, strict=True):
        if b"crash" in call:
            assert isinstance(answer, ModelError)
            assert "secret" not in str(answer)
            continue
        for content, result in zip(call, answer, strict=True):
            if content == b"bad":
                assert isinstance(result, InputError)
            else:
                assert result.scores == [float(content)]


def test_what_waits_while_the_model_is_busy_is_one_batch():
    predictor = NumberPredictor(gate=threading.Event())

    async def work(batcher):
        first = asyncio.create_task(batcher.submit(ask(0)))
        await until(lambda: predictor.is_busy)
        rest = [asyncio.create_task(batcher.submit(ask(i))) for i in range(1, 6)]
        await until(lambda: len(batcher._queue) == 5)
        predictor.gate.set()
        return await asyncio.gather(first, *rest)

    answers = asyncio.run(with_batcher(predictor, work))
    assert [scores(one) for one in answers] == [[float(i)] for i in range(6)]
    assert predictor.batches == [1, 5]


@pytest.mark.parametrize(
    "options", [{"max_waiting": 3}, {"max_waiting": 100, "max_waiting_bytes": 6}]
)
def test_overload_is_refused_at_once_and_ends(options):
    predictor = NumberPredictor(gate=threading.Event())

    async def work(batcher):
        held = [asyncio.create_task(batcher.submit(ask("11"))) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(OverloadError):
            await asyncio.wait_for(batcher.submit(ask("11")), 5)
        predictor.gate.set()
        await asyncio.gather(*held)
        return await batcher.submit(ask("12"))

    assert scores(asyncio.run(with_batcher(predictor, work, **options))) == [12.0]


def test_a_call_larger_than_all_room_passes_when_alone():
    async def work(batcher):
        return await batcher.submit(ask(1, 2, 3, 4, 5))

    assert scores(asyncio.run(with_batcher(NumberPredictor(), work, max_waiting=2))) == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_an_unknown_application_fails_alone():
    predictor = NumberPredictor(gate=threading.Event())

    async def work(batcher):
        first = asyncio.create_task(batcher.submit(ask(0)))
        await until(lambda: predictor.is_busy)
        both = [
            asyncio.create_task(batcher.submit(ask(1, application="nobody"))),
            asyncio.create_task(batcher.submit(ask(2))),
        ]
        await until(lambda: len(batcher._queue) == 2)
        predictor.gate.set()
        await first
        return await asyncio.gather(*both, return_exceptions=True)

    unknown, fine = asyncio.run(with_batcher(predictor, work))
    assert isinstance(unknown, UnknownNameError)
    assert scores(fine) == [2.0]


def test_a_model_that_answers_too_little_fails_the_call():
    class Short(NumberPredictor):
        def predict(self, requests):
            return []

    async def work(batcher):
        with pytest.raises(ModelError, match="0 results for 1 inputs"):
            await batcher.submit(ask(1))

    asyncio.run(with_batcher(Short(), work))


def test_a_client_that_has_gone_costs_nothing():
    predictor = NumberPredictor(gate=threading.Event())

    async def work(batcher):
        first = asyncio.create_task(batcher.submit(ask(0)))
        await until(lambda: predictor.is_busy)
        gone = asyncio.create_task(batcher.submit(ask(1)))
        await until(lambda: len(batcher._queue) == 1)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert (batcher._held, batcher._held_bytes) == (1, 1)
        predictor.gate.set()
        await first
        return await batcher.submit(ask(2))

    assert scores(asyncio.run(with_batcher(predictor, work))) == [2.0]
    assert predictor.batches == [1, 1]


def test_no_input_of_a_client_that_has_gone_is_answered():
    predictor = NumberPredictor(gate=threading.Event())

    async def work(batcher):
        first = asyncio.create_task(batcher.submit(ask(0)))
        await until(lambda: predictor.is_busy)
        gone = asyncio.create_task(batcher.submit(ask(1, 2, 3)))
        await until(lambda: len(batcher._queue) == 3)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        predictor.gate.set()
        await first
        return await batcher.submit(ask(4))

    assert scores(asyncio.run(with_batcher(predictor, work))) == [4.0]
    assert predictor.batches == [1, 1]


def test_the_old_model_is_idle_when_replaced():
    old, new = NumberPredictor(gate=threading.Event()), NumberPredictor(offset=100.0)

    async def work(batcher):
        first = asyncio.create_task(batcher.submit(ask(1)))
        await until(lambda: old.is_busy)
        swap = asyncio.create_task(batcher.replace(new))
        await asyncio.sleep(0.02)
        assert not swap.done()
        old.gate.set()
        await swap
        assert old.batches == [1]
        return await first, await batcher.submit(ask(1))

    before, after = asyncio.run(with_batcher(old, work))
    assert (scores(before), scores(after)) == ([1.0], [101.0])


def test_closing_answers_what_waits_and_takes_no_more():
    predictor = NumberPredictor(gate=threading.Event())

    async def work():
        batcher = MicroBatcher(predictor, max_batch=1)
        waiting = [asyncio.create_task(batcher.submit(ask(i))) for i in range(3)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(batcher.close())
        await asyncio.sleep(0)
        with pytest.raises(StoppedError):
            await batcher.submit(ask(9))
        predictor.gate.set()
        await closing
        return await asyncio.gather(*waiting)

    assert [scores(one) for one in asyncio.run(work())] == [[0.0], [1.0], [2.0]]
