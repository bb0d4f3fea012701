"""What the tests of commands share: a command run in this process, or as a process of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping

from click.testing import CliRunner, Result

from pipeline.commands.group import page_pipeline

COMMAND = (sys.executable, "-m", "pipeline")


def invoke(*arguments: str, given: bytes = b"") -> Result:
    """Run a command in this process; `stdout` and `stderr` of the result are apart."""
    return CliRunner().invoke(page_pipeline, arguments, input=given, prog_name="page-pipeline")


async def invoke_beside(
    *arguments: str, given: bytes = b"", settings: Mapping[str, str] | None = None
) -> Result:
    """Run a command that needs an event loop of its own, in a thread of this process."""
    runner = CliRunner()
    return await asyncio.to_thread(
        runner.invoke, page_pipeline, arguments, given, settings, prog_name="page-pipeline"
    )


def run(
    *arguments: str, given: bytes = b"", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own."""
    command, environment = [*COMMAND, *arguments], _environment(settings)
    return subprocess.run(command, input=given, capture_output=True, env=environment, check=False)


def start(*arguments: str, settings: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a command that a test talks with."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(settings),
    )


def _environment(settings: Mapping[str, str] | None) -> dict[str, str]:
    """Buffer as Python does by itself, whatever it is told here."""
    return {**os.environ, "PYTHONUNBUFFERED": "", **(settings or {})}
