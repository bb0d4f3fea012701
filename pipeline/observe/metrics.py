"""The metrics: their names, what they mean, and the page `/metrics`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple, get_args

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from pipeline.event.result import Code
from pipeline.event.user_agent import identify
from pipeline.event.warnings import WarningCode
from pipeline.observe.counts import Counts
from pipeline.observe.health import State
from pipeline.observe.histogram import Histogram

Samples = Mapping[tuple[str, ...], float]
#: What becomes of a record.
RESULTS: Final = ("enriched", "dead_letter", "skipped")


class Description(NamedTuple):
    """One metric: its name, its type, what its labels are, and what it says."""

    name: str
    type: str
    labels: tuple[str, ...]
    meaning: str


METRICS: Final = (
    Description(
        "pipeline_records_total",
        "counter",
        ("topic", "result"),
        "Raw records whose result the brokers have acknowledged: `enriched`, `dead_letter` or"
        " `skipped`.",
    ),
    Description(
        "pipeline_dead_letters_total", "counter", ("code",), "Those that became dead letters."
    ),
    Description(
        "pipeline_warnings_total",
        "counter",
        ("code",),
        "Entries of `context.warnings` in the events published.",
    ),
    Description(
        "pipeline_processing_seconds", "histogram", (), "How long a chunk of records is enriched."
    ),
    Description(
        "pipeline_end_to_end_seconds",
        "histogram",
        (),
        "From a raw record's timestamp to the acknowledgement of its result.",
    ),
    Description(
        "pipeline_lag_records",
        "gauge",
        ("topic", "partition"),
        "Offsets of an assigned partition that are not acknowledged yet.",
    ),
    Description(
        "pipeline_assigned_partitions", "gauge", (), "Partitions that this worker reads now."
    ),
    Description(
        "pipeline_commit_age_seconds",
        "gauge",
        (),
        "For how long something acknowledged has waited for its commit; some two seconds are"
        " usual, with or without records.",
    ),
    Description(
        "pipeline_user_agent_cache_hits_total",
        "counter",
        (),
        "User agents that were known from an earlier event.",
    ),
    Description(
        "pipeline_user_agent_cache_misses_total",
        "counter",
        (),
        "User agents that had to be parsed.",
    ),
    Description(
        "pipeline_rebalances_total", "counter", (), "Rebalances of the consumer group, joins too."
    ),
    Description(
        "pipeline_fenced_total",
        "counter",
        (),
        "How often another writer's fence has shut this worker out of a partition.",
    ),
)


class Metrics(Collector):
    """Reads `counts`, and what `observed` says of the worker, whenever somebody asks."""

    def __init__(
        self, raw_topic: str, counts: Counts, observed: Callable[[], State | None]
    ) -> None:
        self._topic = raw_topic
        self._counts = counts
        self._observed = observed
        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)
        #: The page, in Prometheus' text format.
        self.exposition = partial(generate_latest, registry)

    def collect(self) -> Iterable[Metric]:
        """All metrics as they are now; those of the process come from its own collector."""
        values = self._values(self._observed())
        for description in METRICS:
            yield _family(description, values[description.name])

    def _values(self, state: State | None) -> dict[str, Samples | Histogram]:
        counts, cache = self._counts, identify.cache_info()
        return {
            "pipeline_records_total": {
                (self._topic, result): counts.results[result] for result in RESULTS
            },
            "pipeline_dead_letters_total": _by_code(counts.dead_letters, Code),
            "pipeline_warnings_total": _by_code(counts.warnings, WarningCode),
            "pipeline_processing_seconds": counts.processing,
            "pipeline_end_to_end_seconds": counts.end_to_end,
            "pipeline_lag_records": dict(self._lags(state)),
            "pipeline_assigned_partitions": {(): len(state.readings) if state else 0},
            "pipeline_commit_age_seconds": {(): state.commit_age if state else 0.0},
            "pipeline_user_agent_cache_hits_total": {(): cache.hits},
            "pipeline_user_agent_cache_misses_total": {(): cache.misses},
            "pipeline_rebalances_total": {(): state.rebalances if state else 0},
            "pipeline_fenced_total": {(): state.fenced if state else 0},
        }

    def _lags(self, state: State | None) -> Iterator[tuple[tuple[str, ...], float]]:
        for partition, reading in state.readings.items() if state else ():
            if reading.lag is not None:
                yield (self._topic, str(partition)), reading.lag


def markdown_table() -> str:
    """The metrics as the documentation lists them."""
    lines = ["| metric | type | labels | |", "|---|---|---|---|"]
    for name, type_, labels, meaning in METRICS:
        listed = ", ".join(f"`{label}`" for label in labels) or ""
        lines.append(f"| `{name}` | {type_} | {listed} | {meaning} |")
    return "\n".join(lines)


def _by_code(counts: Mapping[str, int], codes: Any) -> Samples:
    """Every code there is, from the start: a rate needs the zero before the first one."""
    return {(code,): counts.get(code, 0) for code in get_args(codes)}


def _family(description: Description, values: Samples | Histogram) -> Metric:
    name, type_, labels, meaning = description
    if isinstance(values, Histogram):
        return HistogramMetricFamily(name, meaning, buckets=values.buckets, sum_value=values.sum)
    kind = CounterMetricFamily if type_ == "counter" else GaugeMetricFamily
    family = kind(name, meaning, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family
