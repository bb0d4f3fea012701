import pytest

from pipeline.commands.record_key import record_key


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (b'{"userId": "u", "anonymousId": "a"}', b"u"),
        (b'{"anonymousId": "a"}', b"a"),
        (b'{"userId": null, "anonymousId": "a"}', b"a"),
        (b'{"userId": " ", "anonymousId": "a"}', b"a"),
        (b'{"userId": " u\\t"}', b"u"),
        (b'{"userId": 7}', b"7"),
        ('{"userId": "é"}'.encode(), "é".encode()),
        (b'{"userId": "u", "name": "cut \\ud83c"}', b"u"),
        (b'{"userId": "u", "x": "' + b"x" * 100_000 + b'"}', b"u"),
        (b"{}", None),
        (b'{"userId": true}', None),
        (b'{"userId": ["u"]}', None),
        (b'["u"]', None),
        (b"userId", None),
        (b"\xff", None),
    ],
    ids=[
        "user id",
        "anonymous id",
        "null is absent",
        "blank is absent",
        "trimmed",
        "integer",
        "UTF-8",
        "lone surrogate elsewhere",
        "large",
        "no id",
        "boolean",
        "array",
        "not an object",
        "not JSON",
        "not UTF-8",
    ],
)
def test_record_key(value: bytes, key: bytes | None) -> None:
    assert record_key(value) == key
