from aiokafka import ConsumerRecord

from pipeline.commands.dead_letters_list import as_text, one_line
from pipeline.event.result import DeadLetter
from pipeline.stream.dead_letter_record import dead_letter_record
from pipeline.stream.replay.tally import Tally


def tally(message: str, timestamp: int) -> Tally:
    raw = ConsumerRecord("raw", 3, 8207, timestamp, 0, None, b"{", None, 0, 0, ())
    written = dead_letter_record(raw, DeadLetter("invalid_json", message))
    found = Tally(1, None, None)
    headers = tuple(written.headers)
    found.add(ConsumerRecord("dead", 3, 12, timestamp, 0, None, b"{", None, 0, 0, headers))
    return found


def test_the_text_says_how_many_when_where_and_why() -> None:
    assert as_text("dead", tally("expected JSON", 1_795_392_000_000)).decode().splitlines() == [
        "dead: 1 dead letters",
        "",
        "code          day         dead letters",
        "invalid_json  2026-11-23             1",
        "",
        "invalid_json  partition 3, offset 12  2026-11-23T00:00:00.000Z",
        "  expected JSON",
    ]


def test_without_a_time() -> None:
    shown = as_text("dead", tally("expected JSON", -1)).decode()
    assert "invalid_json  no day" in shown
    assert "partition 3, offset 12  no time" in shown


def test_others_are_told() -> None:
    found = Tally(1, None, None)
    found.add(ConsumerRecord("dead", 0, 0, 0, 0, None, b"{", None, 0, 0, ()))
    told = "dead: 0 dead letters\nand 1 records that the pipeline did not write\n"
    assert as_text("dead", found).decode() == told


def test_what_others_sent_is_shown_on_one_line_and_not_obeyed() -> None:
    assert one_line("a\nb\x1b[31m\x9b\udc00é") == "a\\nb\\u001b[31m\\u009b\\udc00é"
