import os
import re
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pipeline import DeadLetter, Enricher, Record, child
from pipeline.commands.demo import BAD_EVENTS
from pipeline.commands.group import page_pipeline

DEMO = [sys.executable, "-m", "pipeline", "demo"]


def test_it_shows_what_became_of_the_samples_whatever_the_users_settings_are() -> None:
    settings = {"PIPELINE_BROKERS": "elsewhere:1", "PIPELINE_SECURITY_PROTOCOL": "SSL"}
    done = subprocess.run(
        DEMO, env=os.environ | settings, capture_output=True, text=True, check=True
    )
    for line in (
        r"  68 raw events",
        r"  59 canonical events",
        r"   9 dead letters",
        r"     3 with the warning url_relative",
        r'invalid_identity: userId: expected a string or an integer, found an array\n  {"type":".*',
        r' +\+ +name: "Mobile Safari" *',
    ):
        assert re.search(f"^{line}$", done.stdout, re.MULTILINE), line
    assert not done.stderr


def test_keep_keeps_it_running_for_other_programs_until_ctrl_c() -> None:
    process = child.start(*DEMO, "--keep", output=subprocess.PIPE)
    assert process.stdout
    with process.stdout:
        lines = iter(process.stdout.readline, b"Ctrl-C ends it.\n")
        variables = dict(re.findall(r"export (\w+)=(\S+)", b"".join(lines).decode()))
        tail = [sys.executable, "-m", "pipeline", "tail", "enriched", "--from-beginning"]
        assert subprocess.check_output([*tail, "--limit", "1"], env=os.environ | variables)
        assert child.stop(process, signal.SIGINT) == 0


def test_without_the_wheel_the_error_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = CliRunner().invoke(page_pipeline, ["demo"])
    assert result.exit_code == 69
    assert "name a running Kafka with --brokers" in result.stderr


def test_brokers_that_do_not_answer_are_told_in_one_line() -> None:
    nobody = ["--brokers", "127.0.0.1:1", "--timeout", "0.5"]
    done = subprocess.run([*DEMO, *nobody], check=False, capture_output=True, text=True)
    assert done.returncode == 69
    assert re.fullmatch(r"page-pipeline: no broker could be reached .*\n", done.stderr)


def test_each_bad_sample_goes_wrong_in_a_way_of_its_own() -> None:
    lines = BAD_EVENTS.read_bytes().splitlines()
    results = [Enricher()(Record(line, "raw", 0, n, 0)) for n, line in enumerate(lines)]
    codes = {result.code for result in results if isinstance(result, DeadLetter)}
    assert len(codes) == len(lines) == 8
