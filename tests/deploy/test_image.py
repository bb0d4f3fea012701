"""No container runs here: what can be known of the image without one."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from pipeline.broker import free_port
from tests.deploy.image import DOCKERFILE, instruction
from tests.deploy.programs import ROOT, run


def test_the_dockerfile_has_no_lint() -> None:
    run("hadolint", "--failure-threshold", "style", "deploy/Dockerfile")


def test_everything_that_is_copied_exists_and_is_sent_to_the_builder() -> None:
    sent = {line[1:].rstrip("/") for line in _lines(".dockerignore") if line.startswith("!")}
    for source in _copied():
        assert (ROOT / source).exists()
        assert source.split("/")[0] in sent


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text().splitlines()


def _copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    return [source.rstrip("/") for line in lines for source in line.split()]


def test_the_worker_is_the_first_process_so_a_stop_reaches_it() -> None:
    assert json.loads(instruction("ENTRYPOINT")) == ["page-pipeline"]
    assert json.loads(instruction("CMD")) == ["worker"]
    assert instruction("STOPSIGNAL") == "SIGTERM"


def test_the_image_runs_without_rights_and_without_what_built_it() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert "-slim-" in last.splitlines()[1]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", instruction("USER"))
    assert "pip uninstall" in last
    assert "apt-get" not in last


def test_the_image_is_built_in_another_one_and_labelled() -> None:
    *_, built, base = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^COPY --from=(\w+)", DOCKERFILE, re.MULTILINE) == [built[1]]
    labels = dict(re.findall(r'org\.opencontainers\.image\.([a-z.]+)="(.+)"', DOCKERFILE))
    assert {"title", "description", "licenses"} < labels.keys()
    assert labels["base.name"] == f"docker.io/library/{base[0]}"


def test_the_image_has_the_version_of_the_package() -> None:
    version = re.search(r'image.version="(.+)"', DOCKERFILE)
    assert version
    assert f'\nversion = "{version[1]}"\n' in (ROOT / "pyproject.toml").read_text()


# -- The health check


@pytest.mark.parametrize(
    ("status", "healthy"), [(HTTPStatus.OK, True), (HTTPStatus.SERVICE_UNAVAILABLE, False)]
)
def test_a_container_is_as_healthy_as_its_worker_says(status: HTTPStatus, *, healthy: bool) -> None:
    with answering({"/healthz": status}) as port:
        assert (health_check(port) == 0) == healthy


def test_a_container_whose_worker_does_not_answer_is_not_healthy() -> None:
    assert health_check(free_port()) != 0


@contextmanager
def answering(pages: dict[str, HTTPStatus]) -> Iterator[int]:
    """Serve what a worker would, and give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(pages.get(self.path, HTTPStatus.NOT_FOUND))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def health_check(port: int) -> int:
    """Run the image's health check against a port, and give its exit code."""
    python, *arguments = json.loads(instruction("HEALTHCHECK").split(" CMD ")[1])
    assert python == "python"
    # A proxy must not be asked for the container itself.
    environment = {"PIPELINE_WEB_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode
