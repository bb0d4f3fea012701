import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from pipeline.commands import lines
from pipeline.commands.lines import READ_BYTES, STDIN, read_lines
from pipeline.exits import EXIT_USAGE, Refused

Compress = Callable[[bytes], bytes]

COMPRESSIONS: dict[str, Compress] = {
    ".jsonl": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
}


def flat(blocks: Iterator[list[bytes]]) -> list[bytes]:
    return [line for block in blocks for line in block]


@pytest.fixture(params=COMPRESSIONS, ids=["plain", "gzip", "zstd"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\nb", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"a\r\r\nb\r", [b"a\r", b"b\r"]),
        (b"\n\na\n", [b"", b"", b"a"]),
        (b"a\x0bb\x1cc\x85d\xe2\x80\xa8e\n", [b"a\x0bb\x1cc\x85d\xe2\x80\xa8e"]),
        (b"\xff\x00\n", [b"\xff\x00"]),
    ],
    ids=[
        "empty",
        "lines",
        "no line end at the end",
        "CR LF",
        "only one line end is taken away",
        "blank lines",
        "no other character ends a line",
        "any bytes",
    ],
)
def test_lines(
    content: bytes, expected: list[bytes], suffix: str, write: Callable[[str, bytes], Path]
) -> None:
    file = write(f"x{suffix}", COMPRESSIONS[suffix](content))
    assert flat(read_lines([file])) == expected


def test_a_line_longer_than_a_read(suffix: str, write: Callable[[str, bytes], Path]) -> None:
    content = [b"first", b"0123456789" * READ_BYTES, b"\r" * READ_BYTES + b"x", b"last"]
    file = write(f"x{suffix}", COMPRESSIONS[suffix](b"\n".join(content)))
    assert flat(read_lines([file])) == content


def test_files_follow_each_other(write: Callable[[str, bytes], Path]) -> None:
    files = [write("a", b"1\n2"), write("b.gz", gzip.compress(b"3\n")), write("c", b"4")]
    assert flat(read_lines(files)) == [b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_several_members_or_frames(compress: Compress, write: Callable[[str, bytes], Path]) -> None:
    name = "x.gz" if compress is gzip.compress else "x.zst"
    file = write(name, compress(b"1\n2") + compress(b"3\n4\n"))
    assert flat(read_lines([file])) == [b"1", b"23", b"4"]


def test_little_is_held_at_once(write: Callable[[str, bytes], Path]) -> None:
    file = write("x.zst", zstandard.compress(b"0123456789\n" * 10_000_000))
    assert max(sum(map(len, block)) for block in read_lines([file])) < 8_000_000


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("files", [[], [STDIN]], ids=["no file", "-"])
def test_standard_input(
    files: list[Path], compress: Compress, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(compress(b"1\n2\n")))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert flat(read_lines(files)) == [b"1", b"2"]


def test_lines_come_as_soon_as_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as stdin, os.fdopen(writer, "wb", buffering=0) as sender:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stdin))
        blocks = read_lines([])
        sender.write(b"1\n2")
        assert next(blocks) == [b"1"]
        sender.write(b"\n")
        assert next(blocks) == [b"2"]


def test_what_was_read_is_told(write: Callable[[str, bytes], Path]) -> None:
    files = [write("a.gz", gzip.compress(b"1\n" * 100_000)), write("b", b"1\n" * READ_BYTES)]
    told: list[int] = []
    flat(read_lines(files, told.append))
    assert sum(told) == sum(file.stat().st_size for file in files)
    assert len(told) > len(files)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.gz", gzip.compress(b"1\n" * 9)[:-1], "compressed data ends too early"),
        ("x.gz", b"{}\n", "incorrect header check"),
        ("x.gz", gzip.compress(b"1\n")[:-8] + bytes(8), "incorrect data check"),
        ("x.zst", zstandard.compress(b"1\n" * 9)[:-1], "compressed data ends too early"),
        ("x.zst", b"{}\n{}\n", "Unknown frame descriptor"),
    ],
    ids=["cut gzip", "no gzip", "wrong checksum", "cut zstd", "no zstd"],
)
def test_unreadable(
    name: str, content: bytes, told: str, write: Callable[[str, bytes], Path]
) -> None:
    file = write(name, content)
    with pytest.raises(Refused, match=f"^{file}: cannot be read: .*{told}") as refused:
        flat(read_lines([file]))
    assert refused.value.exit_code == EXIT_USAGE


@pytest.mark.parametrize(
    ("name", "told"), [("", "Is a directory"), ("nowhere", "No such file or directory")]
)
def test_no_file(name: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"{told}$"):
        flat(read_lines([tmp_path / name]))


def test_what_fails_behind_it_is_not_its_fault(write: Callable[[str, bytes], Path]) -> None:
    def fail() -> None:
        for _ in read_lines([write("a", b"1\n")]):
            raise zlib.error

    with pytest.raises(zlib.error):
        fail()


def test_magic_is_of_the_compressions() -> None:
    for magic, suffix in lines._MAGIC.items():
        assert COMPRESSIONS[suffix](b"x").startswith(magic)
