"""What a real worker's /metrics says, parsed as Prometheus does."""

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.integration.web import get
from tests.integration.worker import Worker

#: By a sample's name and its labels, `{name="value",…}` in the order of their names.
Samples = dict[str, float]


async def scrape(worker: Worker) -> Samples:
    """The samples that a worker exposes now: `{'pipeline_fenced_total': 0.0, …}`."""
    return {sample.name + _labels(sample.labels): sample.value for sample in await _samples(worker)}


async def exposed(worker: Worker) -> dict[str, frozenset[str]]:
    """The series that a worker exposes now, each with the names of its labels."""
    return {sample.name: frozenset(sample.labels) for sample in await _samples(worker)}


async def _samples(worker: Worker) -> list[Sample]:
    answer = await get(worker, "/metrics")
    assert answer.status == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.body.decode())
    return [sample for family in families for sample in family.samples]


def _labels(labels: dict[str, str]) -> str:
    listed = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f"{{{listed}}}" if listed else ""
