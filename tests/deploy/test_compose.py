"""No container runs here: what can be known of the compose file without one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Command, Context, Group

from pipeline.commands.group import page_pipeline
from pipeline.settings import Settings, variable
from tests.deploy.image import instruction
from tests.deploy.programs import ROOT, run
from tests.integration.kafka import Kafka, missing

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OBSERVABILITY = {"prometheus", "grafana"}


def test_the_file_is_what_the_compose_specification_allows() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


@pytest.mark.parametrize("service", ["topics", "worker"])
def test_a_service_runs_a_command_that_exists(service: str) -> None:
    words = list(SERVICES[service].get("command") or json.loads(instruction("CMD")))
    command: Command | None = page_pipeline
    while isinstance(command, Group):
        command = command.get_command(Context(command), words.pop(0))
    assert command
    command.make_context(command.name, words)


@pytest.mark.parametrize("service", ["topics", "worker"])
def test_a_service_is_given_settings_that_exist(service: str) -> None:
    given = SERVICES[service]["environment"].keys()
    assert given <= set(map(variable, Settings.model_fields))


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_pinned(service: str) -> None:
    assert re.search(r":v?\d+\.\d+\.\d+$", SERVICES[service]["image"])


def test_the_image_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert SERVICES["worker"]["image"] == f"page-pipeline:{version[1]}"


def test_workers_can_be_scaled() -> None:
    assert not {"ports", "container_name"} & SERVICES["worker"].keys()


@pytest.mark.parametrize("service", SERVICES)
def test_no_port_is_open_to_other_machines(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[service].get("ports", []))


# -- Start order


@pytest.mark.parametrize(
    ("service", "waits_for", "until"),
    [
        ("topics", "kafka", "service_healthy"),
        ("worker", "topics", "service_completed_successfully"),
        ("kafka-ui", "topics", "service_completed_successfully"),
        ("grafana", "prometheus", "service_healthy"),
    ],
)
def test_a_service_starts_after_what_it_needs(service: str, waits_for: str, until: str) -> None:
    assert SERVICES[service]["depends_on"] == {waits_for: {"condition": until}}
    if until == "service_healthy":
        assert "test" in SERVICES[waits_for]["healthcheck"]


def test_what_is_watched_with_is_started_only_on_request() -> None:
    on_request = {name for name in SERVICES if "profiles" in SERVICES[name]}
    assert on_request == OBSERVABILITY
    assert all(SERVICES[name]["profiles"] == ["observability"] for name in on_request)


# -- What is mounted


def mounts(service: str) -> dict[str, str]:
    pairs = [volume.split(":") for volume in SERVICES[service].get("volumes", [])]
    return {inside: outside for outside, inside, *_ in pairs}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_mounted_exists(service: str) -> None:
    for outside in mounts(service).values():
        assert (
            (ROOT / outside).is_dir() if outside.startswith(".") else outside in COMPOSE["volumes"]
        )


def test_prometheus_finds_every_worker_at_its_port() -> None:
    folder = ROOT / mounts("prometheus")["/etc/prometheus"]
    (job,) = yaml.safe_load((folder / "prometheus.yml").read_text())["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert set(found["names"]) <= SERVICES.keys()
    assert found["port"] == Settings.model_fields["web_port"].default == int(instruction("EXPOSE"))


def test_grafana_opens_on_the_dashboard_and_asks_prometheus() -> None:
    folders = {inside: ROOT / outside for inside, outside in mounts("grafana").items()}
    provisioning = folders["/etc/grafana/provisioning"]
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (folders[str(home.parent)] / home.name).is_file()
    (provider,) = _first(provisioning / "dashboards")["providers"]
    assert provider["options"]["path"] == str(home.parent)
    (source,) = _first(provisioning / "datasources")["datasources"]
    assert source["url"] == "http://prometheus:9090"


def _first(folder: Path) -> dict[str, Any]:
    (file,) = folder.iterdir()
    content: dict[str, Any] = yaml.safe_load(file.read_text())
    return content


# -- The broker


@pytest.mark.skipif(missing() is not None, reason="needs Java")
def test_the_settings_of_the_compose_files_broker_are_good_ones(tmp_path: Path) -> None:
    given = SERVICES["kafka"]["environment"]
    settings = {_property(name): str(value) for name, value in given.items()}
    Kafka(tmp_path, settings | {"log.dirs": str(tmp_path / "data")})  # formats, so reads them all


def _property(variable: str) -> str:
    """Name the setting that the image apache/kafka makes of an environment variable."""
    return variable.removeprefix("KAFKA_").lower().replace("_", ".")
