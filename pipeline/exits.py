"""Exit codes, and the refusal to start that carries one."""

from typing import Final

EXIT_DONE: Final = 0
#: The work found what it was asked to report: bad events, topics that are not as needed.
EXIT_FOUND: Final = 1
#: Wrong usage or settings, or refused credentials.
EXIT_USAGE: Final = 2
#: No broker could be reached in time.
EXIT_UNREACHABLE: Final = 69
#: A bug, or a delivery that failed for good.
EXIT_BUG: Final = 70
#: Ctrl-C, and SIGTERM, where they do not end the work as it should end.
EXIT_INTERRUPTED: Final = 130
EXIT_TERMINATED: Final = 143


class Refused(Exception):  # noqa: N818 - it is no error of the program
    """The worker will not start as things are; the message is one line that says why."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
