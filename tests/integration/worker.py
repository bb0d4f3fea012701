"""A real worker process, as a person would start one."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline import child

COMMAND = (sys.executable, "-m", "pipeline", "worker")
START_SECONDS = 90.0
STOP_SECONDS = 40.0

#: Start a worker with some settings.
Start = Callable[..., "Worker"]


class Worker:
    """One `page-pipeline worker`; what it logs is in `log`."""

    def __init__(
        self, log: Path, settings: Mapping[str, str], command: Sequence[str] = COMMAND
    ) -> None:
        self._path = log
        self._environment = {**os.environ, "PIPELINE_LOG_FORMAT": "json", **settings}
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._begin = 0

    @property
    def log(self) -> str:
        """All that it has logged so far."""
        return self._path.read_text() if self._path.exists() else ""

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the worker is not running")
        return self._process

    def start(self) -> None:
        if self.died():
            self.stop()
        self._begin = len(self.log)
        with self._path.open("ab") as log:
            self._process = child.start(*self._command, env=self._environment, output=log)

    async def logs(self, text: str, times: int = 1) -> None:
        """Wait until a text was logged so many times."""
        async with asyncio.timeout(START_SECONDS):
            while self.log.count(text) < times:
                self._must_run()
                await asyncio.sleep(0.02)

    async def reads(self, partitions: int = 4) -> None:
        """Wait until it reads so many partitions."""
        async with asyncio.timeout(START_SECONDS):
            while self._partitions() != partitions:
                self._must_run()
                await asyncio.sleep(0.02)

    async def reads_something(self) -> None:
        """Wait until it reads at least one partition."""
        async with asyncio.timeout(START_SECONDS):
            while not self._partitions():
                self._must_run()
                await asyncio.sleep(0.02)

    async def restarts(self) -> None:
        """Wait until it has ended and somebody has started it again."""
        ended = self.process
        async with asyncio.timeout(START_SECONDS):
            while self._process is ended:
                await asyncio.sleep(0.02)

    def _partitions(self) -> int | None:
        """How many partitions it said last that it reads."""
        said = re.findall(
            r'"Reading (?:[^"]*, |(no ))partitions? ?([^"]*)"', self.log[self._begin :]
        )
        if not said:
            return None
        none, numbers = said[-1]
        return 0 if none else len(numbers.split(", "))

    def _must_run(self) -> None:
        if self.process.poll() is not None:
            raise RuntimeError(f"the worker ended with {self.process.returncode}: {self.log}")

    def died(self) -> bool:
        """Whether it has ended, and nobody has stopped it."""
        return self._process is not None and self._process.poll() is not None

    def send(self, what: signal.Signals) -> None:
        self.process.send_signal(what)

    def kill(self) -> None:
        """End it, if it still runs, whatever state it is in."""
        if self._process is not None:
            self.stop(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the worker and give its exit code."""
        process, self._process = self.process, None
        return child.stop(process, how, STOP_SECONDS)

    async def ends(self) -> int:
        """Wait for its own end and give its exit code."""
        code = await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        self.stop()
        return code


@contextmanager
def running(worker: Worker) -> Iterator[Worker]:
    """Start a worker, and leave nothing of it."""
    worker.start()
    try:
        yield worker
    finally:
        worker.kill()
