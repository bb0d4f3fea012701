"""`python -m benchmarks`: the figures of docs/performance.md, anew."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.core import measure
from benchmarks.corpus import corpus
from benchmarks.drain import Backlog, drain
from benchmarks.latency import Load, latency
from benchmarks.machine import CORE
from benchmarks.report import half_of_the_maximum, write_report
from benchmarks.rounds import RESULTS, Rounds
from benchmarks.subjects import AIOKAFKA, CONFLUENT, OURS, SUBJECTS
from tests.integration.kafka import Kafka


class Sizes(NamedTuple):
    """How much is measured."""

    rounds: int
    core_batches: int
    backlog: int
    seconds: int
    long_backlog: int


FULL = Sizes(rounds=3, core_batches=100, backlog=200_000, seconds=30, long_backlog=2_000_000)
QUICK = Sizes(rounds=1, core_batches=10, backlog=20_000, seconds=5, long_backlog=50_000)

#: Of the long backlog: a tenth of its user agents never come again.
NEW_USER_AGENTS = 0.1


@click.command(help="Measure all, or some, and write the results, tables and plots.")
@click.argument(
    "benchmarks", nargs=-1, type=click.Choice(["core", "drain", "latency", "scale", "memory"])
)
@click.option("--quick", is_flag=True, help="A few minutes, for a first look.")
@click.option("--rounds", type=int, help="Instead of 3 (or, quick, 1).")
@click.option("--backlog", type=int, help="Events to drain, instead of 200000 (or, quick, 20000).")
def main(
    benchmarks: tuple[str, ...], *, quick: bool, rounds: int | None, backlog: int | None
) -> None:
    sizes = QUICK if quick else FULL
    sizes = sizes._replace(rounds=rounds or sizes.rounds, backlog=backlog or sizes.backlog)
    RESULTS.mkdir(exist_ok=True)
    for name in benchmarks or ("core", "drain", "latency", "scale", "memory"):
        if name == "core":
            measure(sizes.core_batches).dump(str(RESULTS / f"core-{CORE}.json"), replace=True)
        else:
            asyncio.run(_ON_KAFKA[name](sizes))
    click.echo(write_report())


async def _drain(sizes: Sizes) -> None:
    rounds = Rounds("drain", {"events": sizes.backlog})
    with _kafka() as (brokers, folder):
        backlog = Backlog(brokers, folder, sizes.backlog)
        await backlog.fill(corpus())
        runs = {each.name: partial(drain, backlog, each) for each in SUBJECTS if each.is_installed}
        await rounds.run(sizes.rounds, runs)


async def _latency(sizes: Sizes) -> None:
    rates = [2_000, half_of_the_maximum()]
    rounds = Rounds("latency", {"seconds": sizes.seconds, "rates": rates})
    with _kafka() as (brokers, folder):
        runs = {
            f"{subject.name}, {rate}/s": partial(
                latency, Load(brokers, folder, rate, sizes.seconds), subject
            )
            for rate in rates
            for subject in (OURS, CONFLUENT, AIOKAFKA)
            if subject.is_installed
        }
        await rounds.run(sizes.rounds, runs)


async def _scale(sizes: Sizes) -> None:
    rounds = Rounds("scale", {"events": sizes.backlog})
    with _kafka() as (brokers, folder):
        backlog = Backlog(brokers, folder, sizes.backlog)
        await backlog.fill(corpus())
        runs = {f"{count} workers": partial(drain, backlog, OURS, count) for count in (1, 2, 4)}
        await rounds.run(sizes.rounds, runs)


async def _memory(sizes: Sizes) -> None:
    conditions = {"events": sizes.long_backlog, "new user agents": NEW_USER_AGENTS}
    rounds = Rounds("memory", conditions)
    with _kafka() as (brokers, folder):
        backlog = Backlog(brokers, folder, sizes.long_backlog)
        await backlog.fill(corpus(new_user_agents=NEW_USER_AGENTS))
        await rounds.run(1, {OURS.name: partial(drain, backlog, OURS)})


_ON_KAFKA = {"drain": _drain, "latency": _latency, "scale": _scale, "memory": _memory}


@contextmanager
def _kafka() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as folder, Kafka(Path(folder)) as kafka:
        yield kafka.address, Path(folder)


if __name__ == "__main__":
    main()
