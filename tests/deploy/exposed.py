"""The series that a worker exposes, each with its labels."""

from typing import Final

from pipeline.observe.metrics import METRICS, Description

Series = dict[str, frozenset[str]]

#: What Prometheus adds to every series.
ADDED: Final = frozenset({"job", "instance"})

#: What prometheus-client adds, and a dashboard shows.
_PROCESS: Final = (
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_open_fds",
)


def _series(metric: Description) -> Series:
    labels = frozenset(metric.labels)
    if metric.type != "histogram":
        return {metric.name: labels}
    sums = {f"{metric.name}_{part}": labels for part in ("sum", "count")}
    return {f"{metric.name}_bucket": labels | {"le"}} | sums


# That a real worker exposes these is tested in tests/integration/test_metrics.py.
EXPOSED: Final[Series] = dict.fromkeys(_PROCESS, frozenset[str]()) | {
    name: labels for metric in METRICS for name, labels in _series(metric).items()
}
