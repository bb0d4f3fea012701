"""`page-pipeline enrich`: the worker's enrichment, offline."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline.commands.lines import read_lines
from pipeline.commands.offline import OfflineEnrichment
from pipeline.commands.options import FilePath, Time, files_argument, with_settings
from pipeline.commands.output import write_out
from pipeline.commands.printable import printable
from pipeline.commands.progress import progress_bar
from pipeline.exits import EXIT_FOUND, EXIT_USAGE, Refused
from pipeline.settings import Settings


@click.command(
    epilog="Example: page-pipeline enrich events.jsonl.gz --dead-letters bad.jsonl > good.jsonl"
)
@files_argument
@click.option(
    "--dead-letters",
    type=FilePath,
    metavar="FILE",
    help="Where dead letters go, one JSON object a line.  [default: standard error]",
)
@click.option(
    "--received-at",
    type=Time(),
    metavar="TIME",
    help="Stands for the Kafka timestamp: ISO 8601, or milliseconds since 1970.  [default: now]",
)
@click.option("--strict", is_flag=True, help="End with exit code 1 if there was a dead letter.")
@with_settings
def enrich(
    settings: Settings,
    files: tuple[Path, ...],
    dead_letters: Path | None,
    received_at: int | None,
    *,
    strict: bool,
) -> None:
    """Enrich JSON lines from FILEs, or from standard input, without Kafka.

    Canonical events go to standard output as JSON lines, in the order of the input. FILEs may be
    compressed (.gz, .zst). With --received-at the same input always gives the same output.
    """
    start = time.monotonic()
    timestamp = time.time_ns() // 1_000_000 if received_at is None else received_at
    # On a terminal the events themselves show the progress.
    watched = () if sys.stdout.isatty() else files
    _refuse_to_overwrite(dead_letters, files)
    with _writer(dead_letters) as write, progress_bar(watched) as on_read:
        offline = OfflineEnrichment(settings.rules, settings.raw_topic, timestamp, write)
        for lines in read_lines(files, on_read):
            write_out(offline.enrich(lines))
    click.echo(offline.summary(time.monotonic() - start), err=True)
    if strict and offline.dead_letters:
        raise click.exceptions.Exit(EXIT_FOUND)


def _refuse_to_overwrite(dead_letters: Path | None, files: Sequence[Path]) -> None:
    """Opening the file of dead letters empties it."""
    if dead_letters and dead_letters.exists():
        for file in files:
            if file.exists() and file.samefile(dead_letters):
                raise Refused(f"--dead-letters: {file} is an input, and stays", EXIT_USAGE)


@contextmanager
def _writer(dead_letters: Path | None) -> Iterator[Callable[[bytes], object]]:
    """Write dead letters to a file, or each at once to standard error, above the progress bar."""
    if dead_letters is None:
        yield lambda line: click.echo(printable(line.decode()), err=True, nl=False)
        return
    try:
        file = dead_letters.open("wb")
    except OSError as error:
        raise Refused(f"{dead_letters}: cannot be written: {error.strerror}", EXIT_USAGE) from None
    with file:
        yield file.write
