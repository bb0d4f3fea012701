"""The command `page-pipeline`, the same as `python -m pipeline`."""

import signal
import sys
from types import FrameType
from typing import NoReturn

from pipeline.commands.group import page_pipeline
from pipeline.exits import EXIT_TERMINATED


def main() -> NoReturn:
    """Run the command that was typed, and end with its exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    page_pipeline(prog_name="page-pipeline")
    sys.exit()


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Let what is open be closed: by default the process would just be gone."""
    sys.exit(EXIT_TERMINATED)


if __name__ == "__main__":
    main()
