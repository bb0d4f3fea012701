"""What a process and all that it started use: CPU and memory."""

from collections.abc import Iterator
from contextlib import suppress

import psutil


class Usage:
    """Of processes and all their children; one that has ended counts with its parent."""

    def __init__(self, *pids: int) -> None:
        self._roots = [psutil.Process(pid) for pid in pids]

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        seconds = 0.0
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                seconds += sum(process.cpu_times()[:4])
        return seconds

    def memory_bytes(self) -> int:
        """Resident memory now."""
        total = 0
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total

    def _processes(self) -> Iterator[psutil.Process]:
        for root in self._roots:
            yield root
            yield from root.children(recursive=True)
