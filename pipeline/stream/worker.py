"""The worker process: a Faust worker with our start, our log and our exit codes."""

import asyncio
import gc
import logging
import signal
from asyncio import all_tasks
from collections.abc import Iterable
from typing import Any, NoReturn, cast

import faust
from faust.cli.faust import cli
from mode import ServiceT

from pipeline.exits import EXIT_BUG, EXIT_DONE, Refused
from pipeline.logs import configure_logging, log_bug
from pipeline.settings import Settings
from pipeline.stream.application import Application, build_application
from pipeline.stream.outlet import DeliveryFailed
from pipeline.stream.readiness import wait_until_ready

logger = logging.getLogger(__name__)

#: Objects since the last look for cycles. A chunk of 1,000 records has 2,000.
COLLECTED_AT = 20_000


def run(settings: Settings, faust_arguments: list[str]) -> int:
    """Run one worker until it is told to stop, and give the exit code.

    `faust_arguments` are the options of Faust's own worker command; they win over `settings`.
    """
    use_uvloop()
    arguments = ["--quiet", "worker", "--loglevel", settings.log_level, *faust_arguments]
    try:
        cli(args=arguments, app=build_application(settings), standalone_mode=False)
    except SystemExit as stopped:
        return cast("int", stopped.code)
    return EXIT_DONE


def use_uvloop() -> None:
    """Make new event loops uvloop's, where there is one: it has no wheels for Windows."""
    try:
        import uvloop  # noqa: PLC0415 - not where the operating system has none
    except ImportError:
        return
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


class Worker(faust.Worker):
    """A Faust worker that waits for its brokers and ends with an exit code that means something."""

    app: Application
    logger = logging.getLogger("faust.worker")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.spinner = None

    def on_init_dependencies(self) -> Iterable[ServiceT]:
        """Start the web server first and stop it last: it tells of the start and of the stop."""
        dependencies = super().on_init_dependencies()
        return [self.app.web, *dependencies] if self.app.conf.web_enabled else dependencies

    async def on_first_start(self) -> None:
        """Wait until there is something to work with; Ctrl-C and SIGTERM end the wait."""
        await super().on_first_start()
        if self.app.conf.web_enabled:
            await self.app.web.start()
        await wait_until_ready(self.app.settings)
        # All that is here by now stays: a garbage collection that looks at it again and again holds
        # up the records for a twentieth of a second each time. And a chunk makes some thousand
        # objects that end with it: to look for cycles among them costs 3 % of the worker's time.
        gc.freeze()
        gc.set_threshold(COLLECTED_AT)

    def execute_from_commandline(self) -> NoReturn:
        """Run until stopped. Replaces mode's (worker.py:216): its exit code for a crash is 1."""
        raise SystemExit(self._run())

    def _run(self) -> int:
        self._starting_fut = asyncio.ensure_future(self.start(), loop=self.loop)
        failure: BaseException | None = None
        try:
            self.loop.run_until_complete(self._starting_fut)
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, its message may hold an event
            failure = error
        finally:
            self.stop_and_shutdown()
        return self._exit_code(failure or self.crash_reason)

    def _exit_code(self, failure: BaseException | None) -> int:
        """Say why the worker ends, if not because it was told to."""
        match failure:
            case None:
                return EXIT_DONE
            case Refused():
                logger.error("%s", failure)
                return failure.exit_code
            case DeliveryFailed():
                logger.critical("%s", failure)
            case _:
                log_bug(logger, "A bug ends the worker", failure)
        return EXIT_BUG

    def _shutdown_loop(self) -> None:
        """End what runs. Replaces mode's (worker.py:249), which sleeps two seconds over it.

        The loop is not closed: that would give signals their default effect again, and another
        SIGTERM would decide the exit code.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for task in all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())

    def _setup_logging(self) -> None:
        configure_logging(str(self.loglevel), self.app.settings.log_format)
