"""What each step of the core takes, by the name of its module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import isfunction
from time import process_time
from typing import Any
from unittest.mock import patch

from pipeline.event import enricher

Step = Callable[..., Any]


class Stopwatch:
    """Seconds of CPU spent in what it wraps, without what reading the clock takes."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.calls = 0

    def wrap(self, step: Step) -> Step:
        """A step that counts here what it takes, also when it raises."""

        def run(*arguments: Any) -> Any:
            begin = process_time()
            try:
                return step(*arguments)
            finally:
                self.spent += process_time() - begin
                self.calls += 1

        return run

    def seconds(self) -> float:
        """What was spent so far."""
        return self.spent - self.calls * _clock_seconds()


@contextmanager
def timed_steps() -> Iterator[dict[str, Stopwatch]]:
    """Measure the steps while the context lasts: what the enricher calls from other modules."""
    watches: dict[str, Stopwatch] = {}
    with ExitStack() as stack:
        for name, step in vars(enricher).items():
            if isfunction(step) and step.__module__ != enricher.__name__:
                watch = watches.setdefault(step.__module__.rpartition(".")[2], Stopwatch())
                stack.enter_context(patch.object(enricher, name, watch.wrap(step)))
        yield watches


def _clock_seconds() -> float:
    """How much of the clock's own time it measures: reading it is a system call."""
    empty, calls = Stopwatch(), 1_000
    step = empty.wrap(lambda: None)
    for _ in range(calls):
        step()
    return empty.spent / calls
