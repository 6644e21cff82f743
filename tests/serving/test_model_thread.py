import asyncio
import gc
import threading
import weakref

import pytest

from chameleonapi.serving.model_thread import ModelThread


def in_loop(coroutine):
    return asyncio.run(coroutine)


def test_calls_run_one_after_the_other_in_one_other_thread():
    async def use():
        thread = ModelThread()
        found = await asyncio.gather(*(thread.run(threading.get_ident) for _ in range(5)))
        order = []
        await asyncio.gather(*(thread.run(order.append, number) for number in range(50)))
        thread.close(wait=True)
        return found, order, thread._thread.is_alive()

    found, order, is_alive = in_loop(use())
    assert len(set(found)) == 1
    assert found[0] != threading.get_ident()
    assert order == list(range(50))
    assert not is_alive


@pytest.mark.parametrize("error", [ValueError("wrong"), KeyError(3), StopIteration()])
def test_what_a_call_raises_is_raised_where_it_is_awaited_and_the_next_one_runs(error):
    def fail():
        raise error

    async def use():
        thread = ModelThread()
        try:
            await thread.run(fail)
        except Exception as raised:  # noqa: BLE001 -- StopIteration comes as RuntimeError
            caught = raised
        answer = await thread.run(int, "7")
        thread.close(wait=True)
        return caught, answer

    caught, answer = in_loop(use())
    assert caught is error or repr(error) in str(caught)
    assert answer == 7


def test_whoever_has_gone_is_not_told():
    async def use():
        thread = ModelThread()
        release = threading.Event()
        first = thread.run(release.wait)
        first.cancel()
        second = thread.run(int, "1")
        release.set()
        answer = await second
        thread.close(wait=True)
        return answer

    assert in_loop(use()) == 1


def test_calls_that_wait_when_it_is_closed_do_not_run():
    async def use():
        thread = ModelThread()
        begun, release, ran = threading.Event(), threading.Event(), []
        first = thread.run(lambda: (begun.set(), release.wait()))
        begun.wait()
        thread.run(ran.append, 1)
        thread.close(wait=False)
        release.set()
        await first
        thread._thread.join()
        return ran

    assert in_loop(use()) == []


def test_a_model_that_outlives_its_loop_ends_in_silence():
    release, failed = threading.Event(), []

    async def use():
        thread = ModelThread()
        thread.run(release.wait)
        thread.close(wait=False)
        return thread._thread

    hook, threading.excepthook = threading.excepthook, failed.append
    try:
        thread = in_loop(use())
        release.set()
        thread.join()
    finally:
        threading.excepthook = hook
    assert not failed


def test_nothing_of_the_last_call_is_held():
    class Content:
        pass

    async def use():
        thread = ModelThread()
        content = Content()
        await thread.run(id, content)
        await thread.run(int)  # the one before is over
        held = weakref.ref(content)
        del content
        gc.collect()
        alive = held() is not None
        thread.close(wait=True)
        return alive

    assert not in_loop(use())
