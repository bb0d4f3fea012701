"""The metrics that a worker exposes, each with its labels."""

from typing import Final

Metrics = dict[str, frozenset[str]]

#: What Prometheus adds to every series.
ADDED: Final = frozenset({"job", "instance"})


def _metric(name: str, *labels: str) -> Metrics:
    return {name: frozenset(labels)}


def _histogram(name: str) -> Metrics:
    return _metric(f"{name}_bucket", "le") | _metric(f"{name}_sum") | _metric(f"{name}_count")


EXPOSED: Final[Metrics] = (
    _metric("pipeline_records_total", "topic", "result")
    | _metric("pipeline_dead_letters_total", "code")
    | _metric("pipeline_warnings_total", "code")
    | _histogram("pipeline_processing_seconds")
    | _histogram("pipeline_end_to_end_seconds")
    | _metric("pipeline_lag_records", "topic", "partition")
    | _metric("pipeline_assigned_partitions")
    | _metric("pipeline_commit_age_seconds")
    | _metric("pipeline_user_agent_cache_hits_total")
    | _metric("pipeline_user_agent_cache_misses_total")
    | _metric("pipeline_rebalances_total")
    | _metric("pipeline_fenced_total")
    | _metric("process_cpu_seconds_total")
    | _metric("process_resident_memory_bytes")
    | _metric("process_open_fds")
)
