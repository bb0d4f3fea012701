"""`page-pipeline worker`: one worker, until it is told to stop."""

import signal
import sys

import click
from click.exceptions import Exit

from pipeline.commands.options import with_settings
from pipeline.exits import EXIT_DONE
from pipeline.settings import Settings


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog="Example: page-pipeline worker --env-file production.env --loglevel warning",
)
@click.argument("faust_options", nargs=-1, type=click.UNPROCESSED, metavar="[FAUST OPTION]...")
@with_settings
def worker(settings: Settings, faust_options: tuple[str, ...]) -> None:
    """Run one worker: from the raw topic to the enriched and the dead-letter topic.

    Waits for a broker that is away. Ctrl-C and SIGTERM finish what is in flight, commit it and end
    with exit code 0. Any number of workers share the partitions.

    Options of Faust's own worker (`-l`, `--web-port`, …) are passed on to it and win over the
    environment; `faust -A pipeline.app worker --help` lists them.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_DONE))
    try:
        # Here, so that being told to stop while it loads (a second) is no failure either.
        from pipeline.stream.worker import run  # noqa: PLC0415

        exit_code = run(settings, list(faust_options))
    except KeyboardInterrupt:
        exit_code = EXIT_DONE
    raise Exit(exit_code)
