"""`page-pipeline topics`: creates the three topics, or says what is wrong with them."""

import asyncio

import click
from click.exceptions import Exit

from pipeline.commands.kafka import be_let_in, run
from pipeline.commands.options import timeout_option, with_settings
from pipeline.exits import EXIT_FOUND
from pipeline.settings import Settings
from pipeline.stream.topic_admin import Topics, admin_client, describe_topics
from pipeline.stream.topic_creation import create_topics
from pipeline.stream.topics import problems


@click.group()
def topics() -> None:
    """Create the three topics, or check them."""


@topics.command(
    epilog="Example: page-pipeline topics create --partitions 12 --replication-factor 3"
)
@click.option("--partitions", type=click.IntRange(min=1), default=4, show_default=True)
@click.option("--replication-factor", type=click.IntRange(min=1), default=1, show_default=True)
@timeout_option
@with_settings
def create(settings: Settings, partitions: int, replication_factor: int, seconds: float) -> None:
    """Create the topics that are missing; safe to repeat.

    The outputs get as many partitions as the raw topic, also later when it has grown. The raw topic
    itself never gets more: users would move to other partitions. Ends with exit code 1 if something
    is still wrong then.
    """
    _report(settings, run(_create(settings, partitions, replication_factor, seconds)))


@topics.command(epilog="Example: page-pipeline topics check && page-pipeline worker")
@timeout_option
@with_settings
def check(settings: Settings, seconds: float) -> None:
    """Say what is wrong with the topics, and how to mend it.

    Ends with exit code 1 if a worker would refuse them; warnings alone are no failure.
    """
    _report(settings, run(_described(settings, seconds)))


async def _create(
    settings: Settings, partitions: int, replication_factor: int, seconds: float
) -> Topics:
    await be_let_in(settings, "topics create", seconds)
    async with admin_client(settings, seconds) as admin, asyncio.timeout(seconds):
        async for done in create_topics(admin, settings, partitions, replication_factor):
            click.echo(done)
        return await describe_topics(admin, settings)


async def _described(settings: Settings, seconds: float) -> Topics:
    await be_let_in(settings, "topics check", seconds)
    async with admin_client(settings, seconds) as admin, asyncio.timeout(seconds):
        return await describe_topics(admin, settings)


def _report(settings: Settings, topics: Topics) -> None:
    for topic in topics:
        if topic is not None:
            click.echo(f"{topic.name}: {topic.partitions} partitions")
    found = problems(*topics, settings)
    for problem in found:
        click.echo(f"{problem.severity}: {problem.topic} {problem.text}")
        click.echo(f"  to mend it: {problem.remedy(settings.brokers)}")
    if any(problem.severity == "error" for problem in found):
        raise Exit(EXIT_FOUND)
