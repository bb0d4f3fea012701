"""What a real worker's /metrics says, parsed as Prometheus does."""

from prometheus_client.parser import text_string_to_metric_families

from tests.integration.web import get
from tests.integration.worker import Worker

#: By a sample's name and its labels, `{name="value",…}` in the order of their names.
Samples = dict[str, float]


async def scrape(worker: Worker) -> Samples:
    """The samples that a worker exposes now: `{'pipeline_fenced_total': 0.0, …}`."""
    answer = await get(worker, "/metrics")
    assert answer.status == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    return {
        sample.name + _labels(sample.labels): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def _labels(labels: dict[str, str]) -> str:
    listed = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f"{{{listed}}}" if listed else ""
