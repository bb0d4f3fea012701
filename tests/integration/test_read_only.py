"""What the image promises, tried without a container: nothing is written, no right is used."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.kafka import Kafka
from tests.integration.records import Raw, read_until, write
from tests.integration.topics import Topics, create
from tests.integration.worker import COMMAND, Worker, running

#: Run a command where nothing can be written, without a single capability.
SCRIPT = """
mount -o remount,bind,ro /
! touch /written 2>/dev/null || exit 1
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""
CONTAINED = ("unshare", "--mount", "sh", "-ec", SCRIPT, "sh")


@pytest.fixture
def contained() -> tuple[str, ...]:
    possible = subprocess.run([*CONTAINED, "true"], capture_output=True, check=False)
    if possible.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"no file system can be made read-only here: {possible.stderr.decode()}")
    return CONTAINED


async def test_a_worker_works_on_a_read_only_file_system(
    kafka: Kafka, topics: Topics, contained: tuple[str, ...], tmp_path: Path
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    settings = topics.environment(kafka.address)
    worker = Worker(tmp_path / "worker.log", settings, (*contained, *COMMAND))
    with running(worker):
        await write(kafka.address, topics.raw, [Raw(b'{"userId": "u", "name": "Home"}')])
        await read_until(kafka.address, [topics.enriched], 1)
        assert worker.stop() == 0
