"""The commands in docs/ run, in their order, against workers that have something to do."""

import os
import shlex
import subprocess
import sys
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

import pytest

from pipeline import child
from pipeline.broker import free_port
from tests.integration.kafka import Kafka
from tests.integration.records import read_until
from tests.integration.topics import Topics
from tests.pages import PAGES, commands

SAMPLES = files("pipeline") / "samples"
WITH_COMMANDS = [
    page for page in PAGES if any(line.startswith("page-pipeline ") for line in commands(page))
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the files that the pages name."""
    events = (SAMPLES / "sdk_events.jsonl").read_bytes()
    (tmp_path / "events.jsonl").write_bytes(events)
    (tmp_path / "event.json").write_bytes(events.splitlines()[0])
    return tmp_path


@pytest.mark.parametrize("page", WITH_COMMANDS)
async def test_the_commands_of_a_page_run(
    page: str, kafka: Kafka, topics: Topics, folder: Path
) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    port = str(free_port())
    settings = topics.environment(kafka.address) | {"PIPELINE_WEB_PORT": port}
    environment = {**os.environ, "PATH": path, **settings}

    def run(line: str) -> None:
        subprocess.run(
            line, shell=True, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL
        )

    run("page-pipeline topics create")
    run(f"page-pipeline produce {SAMPLES / 'bad_events.jsonl'}")
    with ExitStack() as running:
        worker = child.start("page-pipeline", "worker", env=environment, output=subprocess.DEVNULL)
        running.callback(child.stop, worker)
        await read_until(kafka.address, [topics.dead_letter], 8)
        for line in commands(page):
            match shlex.split(line):
                case ["page-pipeline", "worker", *_]:
                    pass  # one runs already
                case ["page-pipeline", *_]:
                    run(line)
                case ["curl", *_]:
                    run(line.replace("6066", port))
