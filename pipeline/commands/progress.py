"""A progress bar on a terminal, for input whose size is known."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TimeRemainingColumn,
)


@contextmanager
def progress_bar(files: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Show how much of `files` was read, and give the function to tell it by.

    Shows nothing where standard error is no terminal, and nothing of pipes and of standard input.
    """
    if not (sys.stderr.isatty() and files and all(file.is_file() for file in files)):
        yield lambda _: None
        return
    columns = (BarColumn(), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=sum(file.stat().st_size for file in files))
        yield lambda size: progress.advance(task, size)
