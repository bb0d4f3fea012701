"""No container runs here: what can be known of the image and the compose file without one."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Command, Context, Group

from pipeline.commands.group import page_pipeline
from tests.integration.kafka import Kafka, missing

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())[
    "services"
]


def test_the_dockerfile_has_no_lint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    subprocess.run(
        [hadolint, "--failure-threshold", "style", "deploy/Dockerfile"], cwd=ROOT, check=True
    )


def test_everything_that_is_copied_exists_and_is_sent_to_the_builder() -> None:
    sent = {line[1:].rstrip("/") for line in _lines(".dockerignore") if line.startswith("!")}
    for source in _copied():
        assert (ROOT / source).exists()
        assert source.split("/")[0] in sent


@pytest.mark.parametrize("service", ["topics", "worker"])
def test_a_service_runs_a_command_that_exists(service: str) -> None:
    assert json.loads(_instruction("ENTRYPOINT")) == ["page-pipeline"]
    words = list(SERVICES[service].get("command") or json.loads(_instruction("CMD")))
    command: Command | None = page_pipeline
    while isinstance(command, Group):
        command = command.get_command(Context(command), words.pop(0))
    assert command
    command.make_context(command.name, words)


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_pinned(service: str) -> None:
    assert re.search(r":\d+\.\d+\.\d+$", SERVICES[service]["image"])


def test_the_image_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert SERVICES["worker"]["image"] == f"page-pipeline:{version[1]}"


def test_workers_can_be_scaled() -> None:
    assert not {"ports", "container_name"} & SERVICES["worker"].keys()


@pytest.mark.skipif(missing() is not None, reason="needs Java")
def test_the_settings_of_the_compose_files_broker_are_good_ones(tmp_path: Path) -> None:
    given = SERVICES["kafka"]["environment"]
    settings = {_property(name): str(value) for name, value in given.items()}
    Kafka(tmp_path, settings | {"log.dirs": str(tmp_path / "data")})  # formats, so reads them all


def _property(variable: str) -> str:
    """Name the setting that the image apache/kafka makes of an environment variable."""
    return variable.removeprefix("KAFKA_").lower().replace("_", ".")


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text().splitlines()


def _instruction(name: str) -> str:
    found = re.search(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)
    assert found
    return found[1]


def _copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    return [source.rstrip("/") for line in lines for source in line.split()]
