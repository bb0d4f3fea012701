"""`page-pipeline dead-letters`: says what they are, and sends them again."""

from typing import get_args

import click

from pipeline.commands.dead_letters_list import as_json, as_text, count
from pipeline.commands.dead_letters_replay import Options, replay_dead_letters
from pipeline.commands.kafka import run
from pipeline.commands.options import Time, timeout_option, with_settings
from pipeline.commands.output import write_out
from pipeline.event.result import Code
from pipeline.settings import Settings
from pipeline.stream.replay.selection import Selection
from pipeline.stream.replay.tally import Tally

code_option = click.option(
    "--code",
    "codes",
    type=click.Choice(get_args(Code)),
    multiple=True,
    metavar="CODE",
    help="Only dead letters of this code; repeat it for more than one.",
)


@click.group()
def dead_letters() -> None:
    """List dead letters, or send them to the raw topic again."""


@dead_letters.command(
    "list", epilog="Example: page-pipeline dead-letters list --code invalid_json --since 2026-11-23"
)
@code_option
@click.option("--since", type=Time(), metavar="TIME", help="Only raw records from TIME on.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Show the newest N of each code.",
)
@click.option("--json", "json", is_flag=True, help="Write one JSON object instead.")
@timeout_option
@with_settings
def list_(  # noqa: PLR0913 - an argument each option
    settings: Settings,
    *,
    codes: tuple[str, ...],
    since: int | None,
    limit: int,
    seconds: float,
    json: bool,
) -> None:
    """Count the dead letters by code and day, and show the newest with their reasons.

    Days and times are those of the raw records, in UTC. TIME is ISO 8601, or milliseconds since
    1970.
    """
    found = run(count(settings, Tally(limit, frozenset(codes) or None, since), seconds))
    write = as_json if json else as_text
    write_out(write(settings.dead_letter_topic, found))


@dead_letters.command(
    epilog="Example: page-pipeline dead-letters replay --code missing_identity --dry-run"
)
@code_option
@click.option(
    "--since", type=Time(), metavar="TIME", help="Skip raw records before TIME, for good."
)
@click.option("--until", type=Time(), metavar="TIME", help="Stop at raw records from TIME on.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N records.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option(
    "--rate",
    type=click.IntRange(min=1),
    default=5000,
    show_default=True,
    metavar="N",
    help="Send at most N records a second.",
)
@click.option("--no-wait", is_flag=True, help="Do not wait for what becomes of them.")
@timeout_option
@with_settings
def replay(  # noqa: PLR0913 - an argument each option
    settings: Settings,
    *,
    codes: tuple[str, ...],
    since: int | None,
    until: int | None,
    limit: int | None,
    rate: int,
    seconds: float,
    dry_run: bool,
    no_wait: bool,
) -> None:
    """Send dead letters to the raw topic again, each once, and say what becomes of them.

    Each goes to its partition with its key, its headers and its timestamp, as its sender sent it.
    What was sent before is not sent again, however often this is killed and repeated. Times are
    those of the raw records; TIME is ISO 8601, or milliseconds since 1970.
    """
    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since must be before --until", click.get_current_context())
    selection = Selection(frozenset(codes) or None, since, until, limit)
    options = Options(rate, seconds, dry_run=dry_run, wait=not no_wait)
    run(replay_dead_letters(settings, selection, options))
