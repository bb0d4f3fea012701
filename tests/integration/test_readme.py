"""What README.md says is so: its commands run, its events come out, its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from pipeline import Enriched, Enricher, Record, child
from pipeline.settings import Settings
from tests.integration.kafka import missing
from tests.integration.topics import Topics

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(beginning: str) -> list[str]:
    lines = "".join(blocks("sh")).splitlines()
    return [line for line in lines if line.startswith(beginning)]


def test_every_command_is_of_a_kind_that_is_tested_here() -> None:
    tested = [*commands("make "), *commands("page-pipeline ")]
    # No container can run here; tests/deploy/ checks what can be known without one.
    others = ["docker compose up --build --scale worker=3"]
    others += ["source .venv/bin/activate", "export PIPELINE_BROKERS=localhost:9092"]
    assert sorted("".join(blocks("sh")).splitlines()) == sorted(tested + others)


@pytest.mark.parametrize("command", commands("make "))
def test_a_make_target_exists(command: str) -> None:
    subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize(
    "command", [each for each in commands("page-pipeline ") if "enrich " in each or "-h" in each]
)
def test_a_command_without_kafka_runs(tmp_path: Path, command: str) -> None:
    (tmp_path / "pipeline").symlink_to(ROOT / "pipeline")
    subprocess.run(command, shell=True, cwd=tmp_path, env=environment(), check=True)


def test_the_walk_on_a_kafka(broker: str, topics: Topics) -> None:
    variables = environment() | topics.environment(broker)
    if missing():
        variables["PIPELINE_GUARANTEE"] = "at_least_once"  # all that the embedded broker can give
    shown = []
    with ExitStack() as running:
        for command in commands("page-pipeline "):
            match shlex.split(command):
                case [_, "worker"] as words:
                    worker = child.start(*words, env=variables, output=subprocess.DEVNULL)
                    running.callback(child.stop, worker)
                case [_, "dead-letters", "replay", *_] if missing():
                    pass  # it needs transactions, which the embedded broker lacks
                case [_, "topics" | "produce" | "dead-letters", *_] as words:
                    subprocess.run(words, cwd=ROOT, env=variables, check=True)
                case [_, "tail", *_] as words:
                    output = subprocess.check_output(words, env=variables)
                    shown += [orjson.loads(line)["topic"] for line in output.splitlines()]
    assert shown == [topics.enriched] * 3 + [topics.dead_letter]


def test_the_raw_event_becomes_the_canonical_one() -> None:
    (raw, *_), (canonical, *_) = blocks("json"), blocks("diff")
    expected = orjson.loads("".join(line[2:] for line in canonical.splitlines()))
    received_at = datetime.fromisoformat(expected["receivedAt"]).timestamp() * 1000
    result = Enricher()(Record(raw.encode(), "raw", 0, 0, round(received_at)))
    assert isinstance(result, Enriched)
    assert orjson.loads(result.value) == expected


def test_the_python_example_enriches() -> None:
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)
    assert isinstance(names["result"], Enriched)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)", README))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize(
    ("variable", "default"), re.findall(r"^\| `PIPELINE_(\w+)` \| `(.*?)`", README, re.MULTILINE)
)
def test_a_default_is_the_settings_own(variable: str, default: str) -> None:
    assert str(Settings.model_fields[variable.lower()].default) == default


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
