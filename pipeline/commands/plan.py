"""`page-pipeline plan`: what a rate of events needs."""

import math

import click
from click.exceptions import Exit

from pipeline.commands.plan_capacity import (
    BUSY,
    CPU_MICROSECONDS,
    GROWTH,
    KILLED_SECONDS,
    MEASURED_EVENT_BYTES,
    REBALANCE_SECONDS,
    WORKER_MEMORY_MB,
    Plan,
)
from pipeline.commands.plan_capacity import plan as plan_of
from pipeline.exits import EXIT_FOUND

_ASSUMPTIONS = f"""\
It assumes:
- {CPU_MICROSECONDS:g} µs of CPU for an event of up to {MEASURED_EVENT_BYTES} bytes, and more in
  proportion for longer ones; {WORKER_MEMORY_MB} MB for a worker: as measured on the machine of
  docs/performance.md, where yours may be faster or slower;
- a core for each worker, of which it uses {BUSY:.0%} in the ordinary hour;
- partitions that get the same number of events, and workers that get them in turn;
- canonical events {GROWTH:g} times as long as raw ones; no compression, one replica;
- {REBALANCE_SECONDS:g} s without reading for a rebalance, and {KILLED_SECONDS:g} s for what a
  killed worker had."""


@click.command(epilog="Example: page-pipeline plan --rate 20000 --event-bytes 1500 --partitions 12")
@click.option("--rate", type=click.IntRange(1, 10**9), required=True, help="Events a second.")
@click.option(
    "--event-bytes",
    type=click.IntRange(1, 10**9),
    default=MEASURED_EVENT_BYTES,
    show_default=True,
    help="The size of a raw event, on average.",
)
@click.option(
    "--partitions",
    type=click.IntRange(min=1),
    help="Those of the raw topic.  [default: as many as are needed, and room]",
)
@click.option(
    "--outage",
    type=click.IntRange(0, 10**6),
    default=10,
    show_default=True,
    metavar="MINUTES",
    help="How long nothing is read, in the line about catching up.",
)
def plan(rate: int, event_bytes: int, partitions: int | None, outage: int) -> None:
    """Reckon how many workers and partitions a rate of events needs, and with what.

    Measured figures and arithmetic: no broker is asked. Ends with exit code 1 if there are fewer
    partitions than workers are needed.
    """
    found = plan_of(rate, event_bytes, partitions, outage * 60)
    for name, text in plan_lines(found, outage):
        click.echo(f"{name:16} {text}")
    click.echo(f"\n{_ASSUMPTIONS}")
    if not found.enough:
        raise Exit(EXIT_FOUND)


def plan_lines(found: Plan, outage: int) -> list[tuple[str, str]]:
    """Describe a plan line by line, each with its name; `outage` is in minutes."""
    partitions = f"{found.partitions} ({found.partitions_needed} or more are needed)"
    if not found.enough:
        partitions = f"{found.partitions} are too few: {found.partitions_needed} or more are needed"
    return [
        ("partitions", partitions),
        ("workers", f"{found.workers}, the busiest at {found.busiest:.0%} of a core"),
        ("CPU", f"{found.cores:.2f} cores"),
        ("memory", f"{found.memory_mb} MB"),
        ("network", f"{_size(found.bytes_in)}/s in, {_size(found.bytes_out)}/s out"),
        ("storage a day", f"{_day(found.bytes_in)} raw, {_day(found.bytes_out)} enriched"),
        ("lag grows", f"above {found.capacity:,.0f} events/s"),
        (f"after {outage} min", f"without workers: caught up in {_minutes(found)}"),
        ("a rebalance", f"lets {found.rebalance_lag:,.0f} records wait"),
        ("a killed worker", f"lets {found.killed_lag:,.0f} records wait"),
    ]


def _day(bytes_a_second: float) -> str:
    return _size(bytes_a_second * 86_400)


def _size(size: float) -> str:
    """Write a number of bytes with three digits or so."""
    power = min(4, max(0, int(math.log10(max(size, 1)) // 3)))
    return f"{size / 1000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB')[power]}"


def _minutes(found: Plan) -> str:
    if math.isinf(found.catch_up_seconds):
        return "no time at all: lag grows without end"
    return f"{found.catch_up_seconds / 60:.1f} min"
