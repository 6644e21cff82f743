"""Start an application where its decision is reached from, with stand-ins for arguments."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.analysis.replay.inside.foreign import ForeignError, Ghost
from chameleonapi.analysis.replay.inside.modules import Modules
from chameleonapi.analysis.replay.inside.stage import STAGE, Endless, Stop
from chameleonapi.analysis.replay.inside.surroundings import PICTURE
from chameleonapi.analysis.replay.inside.watching import Watch

__all__ = ["POSTURES", "Ended", "NotPossibleError", "Posture", "run"]


class NotPossibleError(Exception):
    """The entry cannot be started."""


@dataclass(frozen=True)
class Posture:
    """What a run takes for granted: the truth of what is unknown, and how many arguments came."""

    truth: bool
    arguments: int


POSTURES: Final = tuple(
    Posture(truth, count) for count in (1, 0, 2, 3, 4) for truth in (True, False)
)


@dataclass(frozen=True)
class Ended:
    """How a run ended, for a reader; empty if by itself."""

    reason: str = ""
    is_endless: bool = False


def run(modules: Modules, entry: str, posture: Posture) -> Ended:
    """Run an application once; what it does is on the stage.

    Raises:
        NotPossibleError: if there is nothing of the entry's name.
    """
    STAGE.truth = posture.truth
    sys.argv = ["app", *[PICTURE] * posture.arguments]
    try:
        with Watch() as watch:
            if entry == "<module>":
                modules.main()
            else:
                _call(modules, entry, watch)
    except Endless:
        return Ended("it went on without end", is_endless=True)
    except Stop:
        return Ended()
    except SystemExit as error:
        STAGE.note("exit", error.code, _place_of(error))
        return Ended(f"the program ended itself ({error.code!r})"[:200])
    except NotPossibleError:
        raise
    except Exception as error:  # noqa: BLE001 - the application's, whatever it is
        STAGE.note(f"raise {type(error).__name__}", _arguments_of(error), _place_of(error))
        return Ended(f"{type(error).__name__}: {error}"[:300])
    finally:
        modules.forget()
    return Ended()


def _arguments_of(error: Exception) -> Any:
    return error.args if isinstance(error, ForeignError) else None


def _place_of(error: BaseException) -> tuple[str, int, int, int]:
    file, line = "", 0
    step = error.__traceback__
    while step is not None:
        if STAGE.owns(step.tb_frame.f_code.co_filename):
            file, line = STAGE.relative(step.tb_frame.f_code.co_filename), step.tb_lineno or 0
        step = step.tb_next
    return (file, line, line, line)


def _call(modules: Modules, entry: str, watch: Watch) -> None:
    try:
        value: Any = modules.entry_module()
    except Stop:
        # a script that ends in a loop: what it defined before is there
        value = modules.entered()
        watch.begin()
    if STAGE.is_after:
        STAGE.clear()  # a script that calls the API while it is being loaded
    STAGE.called.clear()
    for part in entry.split("."):
        owner = value
        value = getattr(owner, part, None)
        if value is None or isinstance(value, Ghost):
            raise NotPossibleError(f"there is no {entry} when its module is loaded")
        if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, part)):
            value = getattr(_instance(owner), part)
    if not callable(value):
        raise NotPossibleError(f"{entry} is nothing that can be called")
    result = value(*_arguments(value))
    if inspect.iscoroutine(result):
        asyncio.run(result)
    elif inspect.isgenerator(result):
        for _ in result:
            pass


def _instance(cls: Any) -> Any:
    try:
        return cls(*_arguments(cls))
    except Exception as error:
        raise NotPossibleError(
            f"an instance of {cls.__name__} cannot be made ({type(error).__name__}: {error})"
        ) from error


def _arguments(function: Any) -> Iterator[Any]:
    try:
        parameters: Mapping[str, inspect.Parameter] = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    for name, one in parameters.items():
        if one.kind in kinds:
            if one.default is not inspect.Parameter.empty:
                return
            yield Ghost(name)
