"""Progress bars on a terminal, for work whose size is known."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
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
    total = sum(file.stat().st_size for file in files)
    with _bar(total, DownloadColumn()) as advance:
        yield advance


@contextmanager
def counted_progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how many of `total` things are done, and give the function to tell it by.

    Shows nothing where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with _bar(total, MofNCompleteColumn(), TextColumn(what)) as advance:
        yield advance


@contextmanager
def _bar(total: int, *more: ProgressColumn) -> Iterator[Callable[[int], None]]:
    columns = (BarColumn(), TaskProgressColumn(), *more, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda count: progress.advance(task, count)
