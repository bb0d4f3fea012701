import pytest

from pipeline.commands import plan_capacity
from tests.commands.support import invoke

SHOWN = """\
partitions       12 (4 or more are needed)
workers          4, the busiest at 50% of a core
CPU              2.00 cores
memory           800 MB
network          24 MB/s in, 30 MB/s out
storage a day    2.07 TB raw, 2.59 TB enriched
lag grows        above 40,000 events/s
after 5 min      without workers: caught up in 5.0 min
a rebalance      lets 12,000 records wait
a killed worker  lets 53,000 records wait

It assumes:
"""


@pytest.fixture(autouse=True)
def _round_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_capacity, "CPU_MICROSECONDS", 100.0)


def test_a_plan_and_what_it_assumes() -> None:
    result = invoke("plan", "--rate", "20000", "--partitions", "12", "--outage", "5")
    assert result.exit_code == 0
    assert result.stdout.startswith(SHOWN)
    assert "µs of CPU for an event of up to 1200 bytes" in result.stdout


def test_too_few_partitions() -> None:
    result = invoke("plan", "--rate", "20000", "--partitions", "2")
    assert result.exit_code == 1
    assert result.stdout.startswith("partitions       2 are too few: 4 or more are needed\n")
    assert "lag grows without end" in result.stdout


@pytest.mark.parametrize(
    ("event_bytes", "shown"),
    [("1", "1 B/s in, 1.25 B/s out"), ("1000", "1 kB/s in, 1.25 kB/s out")],
)
def test_sizes_are_written_with_their_unit(event_bytes: str, shown: str) -> None:
    result = invoke("plan", "--rate", "1", "--event-bytes", event_bytes)
    assert f"network          {shown}\n" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing option '--rate'"),
        (["--rate", "0"], "Invalid value for '--rate': 0 is not in the range"),
        (["--rate", "1", "--partitions", "0"], "Invalid value for '--partitions': 0 is not in"),
        (["--rate", "nan"], "Invalid value for '--rate': 'nan' is not a valid integer"),
    ],
)
def test_wrong_usage(arguments: list[str], told: str) -> None:
    result = invoke("plan", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"page-pipeline: {told}")
