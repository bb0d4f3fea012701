import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from tests.commands.support import invoke, run, start

AT = "--received-at=2026-11-23T06:00:00Z"
GOOD = b'{"userId":"u","name":"Home","messageId":"m"}'
BAD = b'{"name":"Home"}'
SAMPLES = Path(pipeline.__file__).parent / "samples" / "sdk_events.jsonl"


@pytest.fixture
def bad_file(tmp_path: Path) -> Path:
    return tmp_path / "bad.jsonl"


def test_canonical_events_come_in_order() -> None:
    given = b"".join(b'{"userId":"%d","name":"Home"}\n' % user for user in range(1000))
    result = invoke("enrich", AT, given=given)
    assert result.exit_code == 0
    users = [json.loads(line)["userId"] for line in result.stdout.splitlines()]
    assert users == [str(user) for user in range(1000)]


def test_dead_letters_go_to_standard_error_and_the_summary_behind_them() -> None:
    result = invoke("enrich", given=BAD + b"\n" + GOOD + b"\n")
    dead_letter, *summary = result.stderr.splitlines()
    assert json.loads(dead_letter) == {
        "line": 1,
        "code": "missing_identity",
        "field": "userId",
        "message": "userId: expected one, or an anonymousId, found neither",
        "value": BAD.decode(),
    }
    assert summary[0].startswith("2 events in ")
    assert not any(line.startswith("{") for line in summary)
    assert len(result.stdout.splitlines()) == 1


def test_dead_letters_go_to_a_file(bad_file: Path) -> None:
    result = invoke("enrich", "--dead-letters", str(bad_file), given=BAD + b"\n\xff\n")
    assert [json.loads(line)["line"] for line in bad_file.read_bytes().splitlines()] == [1, 2]
    assert "{" not in result.stderr


def test_an_input_is_not_emptied_for_its_own_dead_letters(bad_file: Path) -> None:
    bad_file.write_bytes(BAD + b"\n")
    result = invoke("enrich", str(bad_file), "--dead-letters", str(bad_file))
    assert result.exit_code == 2
    assert result.stderr == (f"page-pipeline: --dead-letters: {bad_file} is an input, and stays\n")
    assert bad_file.read_bytes() == BAD + b"\n"


def test_a_closed_standard_input_is_said_in_one_line() -> None:
    command = f"{sys.executable} -m pipeline enrich <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "page-pipeline: standard input: cannot be read: it is closed\n"


@pytest.mark.parametrize(
    ("given", "options", "exit_code"),
    [
        (GOOD, [], 0),
        (BAD, [], 0),
        (GOOD, ["--strict"], 0),
        (BAD, ["--strict"], 1),
    ],
)
def test_exit_code(given: bytes, options: list[str], exit_code: int) -> None:
    assert invoke("enrich", *options, given=given).exit_code == exit_code


def test_lines_are_counted_over_all_files(tmp_path: Path, bad_file: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD + b"\n\n" + BAD)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b"\n" + BAD + b"\n"))
    files = [str(tmp_path / name) for name in ("a.jsonl", "b.jsonl.gz")]
    invoke("enrich", "--dead-letters", str(bad_file), *files)
    assert [json.loads(line)["line"] for line in bad_file.read_bytes().splitlines()] == [3, 5]


def test_real_events_give_the_same_bytes_twice() -> None:
    first, second = (run("enrich", AT, str(SAMPLES)) for _ in range(2))
    assert first.stdout == second.stdout
    assert len(first.stdout.splitlines()) == 59


def test_the_received_at_stands_for_the_kafka_timestamp() -> None:
    result = invoke("enrich", "--received-at", "1000", given=GOOD)
    assert json.loads(result.stdout)["receivedAt"] == "1970-01-01T00:00:01.000Z"


def test_what_is_no_time_is_wrong_usage() -> None:
    result = invoke("enrich", "--received-at", "now")
    assert result.exit_code == 2
    assert result.stderr == (
        "page-pipeline: Invalid value for '--received-at': expected ISO 8601 or milliseconds since"
        " 1970, found 'now'; try 'page-pipeline enrich --help'\n"
    )


def test_settings_are_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_OTHER_TYPES", "skip")
    result = invoke("enrich", given=b'{"type":"track"}')
    assert "skipped 1" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["/nowhere.jsonl"], "/nowhere.jsonl: cannot be read: No such file or directory"),
        (
            ["--dead-letters", "/nowhere/bad.jsonl"],
            "/nowhere/bad.jsonl: cannot be written: No such file or directory",
        ),
    ],
)
def test_files_that_cannot_be_used(arguments: list[str], told: str) -> None:
    result = invoke("enrich", *arguments)
    assert (result.exit_code, result.stderr) == (2, f"page-pipeline: {told}\n")


def test_a_cut_file_ends_with_one_line_behind_what_could_be_read(tmp_path: Path) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(GOOD + b"\n" + GOOD)[:-9])
    result = invoke("enrich", str(cut))
    assert result.exit_code == 2
    assert (
        result.stderr == f"page-pipeline: {cut}: cannot be read: compressed data ends too early\n"
    )


def test_events_are_written_as_they_come() -> None:
    with start("enrich") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(GOOD + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["messageId"] == "m"
        process.stdin.close()


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_bytes((GOOD + b"\n") * 10_000)
    with start("enrich", str(many)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_pipe_closed_before_the_last_event_is_quiet() -> None:
    with start("enrich") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(GOOD)
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("stop", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_told_to_stop(stop: signal.Signals, exit_code: int) -> None:
    with start("enrich") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(GOOD + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(stop)
        assert process.stderr.read() == b""
    assert process.returncode == exit_code
