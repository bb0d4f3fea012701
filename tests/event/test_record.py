"""A raw record."""

from pipeline import Record


def test_a_record_can_be_logged_without_its_payload() -> None:
    assert repr(Record(b"secret", "raw", 3, 7, 0)) == "Record(raw/3/7)"
