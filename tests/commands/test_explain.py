import gzip
import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.commands.support import COMMAND, invoke

AT = "--received-at=2026-11-23T06:00:00Z"
EVENT = b'{"userId":"u","messageId":"m","category":"c","properties":{"title":" T "},"version":true}'

SHOWN = """\
A canonical event
+ added, ~ changed, - removed; what has no word under it is as it was sent
  messageId: "m"
+ type: "page"
      not taken from the event (section 2: "page", also where it is absent)
+ name: "T"
      derived from properties.title (section 3: the first present of name, properties.name,\
 context.page.name, a title, the path)
  userId: "u"
"""


def test_every_member_says_where_it_comes_from_and_by_which_rule() -> None:
    result = invoke("explain", AT, given=EVENT)
    assert result.exit_code == 0
    assert result.stdout.startswith(SHOWN)
    assert "~ version: 1\n      not taken from the event (section 8: " in result.stdout
    assert '~   title: "T"\n        was " T " (section 4: ' in result.stdout
    assert '- category: "c"\n      now properties.category (section 3: ' in result.stdout


def test_what_changed_a_member_and_by_how_much() -> None:
    times = b'{"userId":"u","name":"n","timestamp":"2026-11-23","sentAt":"2026-11-23T05:00:00Z"}'
    shown = invoke("explain", AT, given=times).stdout
    assert 'was "2026-11-23"; changed by sentAt and the Kafka record\'s timestamp (sec' in shown
    assert "; the sender's clock was 3600 s slow\n" in shown


def test_warnings_are_told_in_words() -> None:
    shown = invoke("explain", AT, given=EVENT.replace(b'"messageId":"m",', b"")).stdout
    _, warnings = shown.split("\nWarnings\n")
    assert warnings.startswith("message_id_generated of messageId\n  No messageId was sent ")


def test_a_dead_letter_is_told_with_what_would_mend_it() -> None:
    result = invoke("explain", given=b'{"userId":[],"name":"n"}')
    assert result.exit_code == 0
    assert result.stdout == (
        "A dead letter: invalid_identity (section 9)\n"
        "  userId: expected a string or an integer, found an array\n"
        "  An id of the user is neither a string nor an integer.\n"
        "To mend it: Send userId and anonymousId as strings.\n"
    )


def test_an_event_that_the_settings_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_OTHER_TYPES", "skip")
    shown = invoke("explain", given=b'{"type":"track"}').stdout
    assert shown.startswith("No event at all: it is dropped, and counted\n")
    assert json.loads(invoke("explain", "--json", given=b'{"type":"track"}').stdout) == {
        "result": "skipped"
    }


def test_as_json() -> None:
    found = json.loads(invoke("explain", AT, "--json", given=EVENT).stdout)
    assert (found["result"], found["event"]["name"], found["warnings"]) == ("canonical", "T", [])
    (name,) = [each for each in found["members"] if each["path"] == ["name"]]
    assert name == {
        "path": ["name"],
        "value": "T",
        "how": "derived",
        "sources": ["properties.title"],
        "section": 3,
        "rule": "the first present of name, properties.name, context.page.name, a title, the path",
    }


def test_a_dead_letter_as_json() -> None:
    found = json.loads(invoke("explain", "--json", given=b"[]").stdout)
    assert (found["result"], found["code"], found["stage"]) == (
        "dead_letter",
        "not_an_object",
        "decode",
    )
    assert found["message"] == "expected a JSON object, found an array"
    assert found["meaning"]
    assert found["remedy"]


@pytest.mark.parametrize(
    "given",
    [
        EVENT + b"\n",
        b"\r\n\n" + EVENT + b"\r\n\n",
        json.dumps(json.loads(EVENT), indent=2).encode() + b"\n",
    ],
    ids=["a line", "blank lines around it", "pretty"],
)
def test_one_event_however_it_is_written(given: bytes) -> None:
    assert invoke("explain", AT, given=given).stdout == invoke("explain", AT, given=EVENT).stdout


def test_a_broken_event_over_several_lines_is_one_dead_letter() -> None:
    shown = invoke("explain", given=b'{\n  "userId": "u",\n  "properties":\n  {},\n}\n').stdout
    assert shown.startswith("A dead letter: invalid_json")


def test_the_size_is_that_of_the_bytes_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_MAX_EVENT_BYTES", str(len(EVENT)))
    assert invoke("explain", given=EVENT + b"\n").stdout.startswith("A canonical event\n")
    pretty = EVENT.replace(b",", b",\n  ")
    assert invoke("explain", given=pretty).stdout.startswith("A dead letter: too_large")


def test_a_file_also_a_compressed_one(tmp_path: Path) -> None:
    (tmp_path / "event.json.gz").write_bytes(gzip.compress(EVENT))
    result = invoke("explain", AT, str(tmp_path / "event.json.gz"))
    assert result.stdout.startswith(SHOWN)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b"", "expected one event, found nothing"),
        (b" \n\n", "expected one event, found nothing"),
        (
            EVENT + b"\n\n" + EVENT,
            "expected one event, found 2 lines of events; `page-pipeline enrich` takes many",
        ),
    ],
    ids=["nothing", "blank", "two events"],
)
def test_anything_but_one_event_is_wrong_usage(given: bytes, told: str) -> None:
    result = invoke("explain", "-", given=given)
    assert (result.exit_code, result.stderr) == (2, f"page-pipeline: standard input: {told}\n")


def test_a_file_that_cannot_be_read() -> None:
    result = invoke("explain", "/nowhere.json")
    told = "page-pipeline: /nowhere.json: cannot be read: No such file or directory\n"
    assert (result.exit_code, result.stderr) == (2, told)


def test_a_terminal_gets_colours_and_nothing_to_obey(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(b'{"userId":"u","name":"\xc2\x9b31m"}')
    master, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    environment.pop("NO_COLOR", None)
    command = [*COMMAND, "explain", str(tmp_path / "event.json")]
    subprocess.run(command, stdout=terminal, env=environment, check=True)
    os.close(terminal)
    shown = os.read(master, 10_000).decode()
    os.close(master)
    assert '\x1b[32m+ type: "page"' in shown
    assert 'name: "\\u009b31m"' in shown
