"""Replays dead letters, and says what was sent and what became of it."""

import math
import time
from typing import NamedTuple

import click

from pipeline.commands.kafka import be_let_in
from pipeline.commands.progress import counted_progress
from pipeline.commands.text_table import text_table
from pipeline.settings import Settings
from pipeline.stream.replay.outcomes import Outcomes
from pipeline.stream.replay.replay import open_replay
from pipeline.stream.replay.selection import Prefixes, Selection
from pipeline.stream.topics import Topic


class Options(NamedTuple):
    """How to replay: at most `rate` records a second, with brokers that answer in `seconds`."""

    rate: int
    seconds: float
    dry_run: bool
    wait: bool


async def replay_dead_letters(settings: Settings, selection: Selection, options: Options) -> None:
    """Send what is selected, or say what would be sent."""
    await be_let_in(settings, "dead-letters replay", options.seconds)
    async with open_replay(settings, options.seconds, counted_progress) as replay:
        if options.dry_run:
            prefixes = await replay.plan(selection)
            _say_plan(settings, prefixes)
            _warn_of_retention(replay.raw, prefixes)
            return
        prefixes, outcomes = await replay.send(selection, options.rate)
        replayed = outcomes.replayed.total()
        click.echo(f"{replayed} dead letters sent to {settings.raw_topic}", err=True)
        _warn_of_retention(replay.raw, prefixes)
        if options.wait:
            await replay.wait(outcomes)
    _say_skipped(prefixes, "are")
    _say_outcomes(outcomes)


def _say_plan(settings: Settings, prefixes: Prefixes) -> None:
    click.echo(f"{prefixes.sent.total()} dead letters would be sent to {settings.raw_topic}")
    if prefixes.sent:
        click.echo("\n".join(text_table(("code", "would be sent"), sorted(prefixes.sent.items()))))
    _say_skipped(prefixes, "would be")


def _warn_of_retention(raw: Topic, prefixes: Prefixes) -> None:
    """Timestamps are kept, and the broker deletes by them: perhaps before a worker has read."""
    if prefixes.oldest < time.time() * 1000 - (raw.number("retention.ms") or math.inf):
        text = "is shorter than the age of some of them: without running workers they may be lost"
        click.echo(f"warning: retention.ms of {raw.name} {text}", err=True)


def _say_skipped(prefixes: Prefixes, verb: str) -> None:
    if skipped := prefixes.skipped.total():
        click.echo(f"{skipped} dead letters before --since {verb} skipped for good")


def _say_outcomes(outcomes: Outcomes) -> None:
    header = ("code", "replayed", "now accepted", "dead again", "dropped", "pending")
    counts = {code: _counts(outcomes, code) for code in sorted(outcomes.replayed)}
    totals = [sum(column) for column in zip(*counts.values(), strict=True)] or [0] * 5
    rows: list[list[str | int]] = [[code, *numbers] for code, numbers in counts.items()]
    click.echo("\n".join(text_table(header, [*rows, ["all", *totals]])))


def _counts(outcomes: Outcomes, code: str) -> list[int]:
    replayed, settled = outcomes.replayed[code], outcomes.settled[code]
    known = [settled["accepted"], settled["dead again"], settled["dropped"]]
    return [replayed, *known, replayed - sum(known)]
