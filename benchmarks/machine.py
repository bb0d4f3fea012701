"""What the figures were taken on, and how busy with other things it was."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any, Self

import psutil

from benchmarks.usage import Usage
from pipeline.event import enricher
from tests.integration.kafka import VERSION

_PACKAGES = ("faust-streaming", "aiokafka", "orjson", "ada-url", "ua-parser-rs", "uvloop")

#: How the core runs here; `make bench` compiles it.
CORE = "compiled" if enricher.__file__.endswith(".so") else "interpreted"


def describe() -> dict[str, Any]:
    """The machine and the versions that decide."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "core": CORE,
        "kafka": VERSION,
        "packages": {name: version(name) for name in _PACKAGES},
    }


class Others:
    """The share of the machine that others than this process and its children used, meanwhile."""

    def __init__(self) -> None:
        self.share = 0.0

    def __enter__(self) -> Self:
        self._begin = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        time, busy, own = (end - start for end, start in zip(self._now(), self._begin, strict=True))
        self.share = max(0.0, busy - own) / time / (os.cpu_count() or 1)

    def _now(self) -> tuple[float, float, float]:
        times = psutil.cpu_times()
        busy = sum(times) - times.idle - getattr(times, "iowait", 0.0)
        return perf_counter(), busy, Usage(os.getpid()).cpu_seconds()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor()
    lines = cpuinfo.read_text().splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
