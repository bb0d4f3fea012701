"""Lines of files and of standard input, plain or compressed, at constant memory."""

import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, Final

import zstandard

from pipeline.exits import EXIT_USAGE, Refused

STDIN: Final = Path("-")
READ_BYTES: Final = 256 * 1024
#: So little is decompressed at a time because 512 bytes of zstd can become 5 MB of equal events.
COMPRESSED_BYTES: Final = 512

_DECODERS: Final[dict[str, Callable[[], Any]]] = {
    ".gz": lambda: zlib.decompressobj(wbits=zlib.MAX_WBITS | 16),
    ".zst": lambda: zstandard.ZstdDecompressor().decompressobj(),
}
_MAGIC: Final = {b"\x1f\x8b\x08": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}


def read_lines(
    files: Sequence[Path], on_read: Callable[[int], None] = lambda _: None
) -> Iterator[list[bytes]]:
    """Yield the lines of all files, as many at a time as are there, without their LF or CR LF.

    No file, or `-`, is standard input. A file is compressed if it is named so, standard input if it
    begins so. `on_read` is told the bytes read, compressed ones as such. Raises `Refused` for what
    cannot be read.
    """
    for file in files or [STDIN]:
        try:
            with _opened(file) as stream:
                yield from _split(_decoded(file, _chunks(stream, on_read)))
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            told = error.strerror if isinstance(error, OSError) else str(error)
            name = "standard input" if file == STDIN else file
            raise Refused(f"{name}: cannot be read: {told}", EXIT_USAGE) from None


def _opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    """Open without a buffer: a read gives what is there, and can be left behind."""
    if file == STDIN:
        if sys.stdin is None:
            raise Refused("standard input: cannot be read: it is closed", EXIT_USAGE)
        return nullcontext(getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    return file.open("rb", buffering=0)


def _chunks(stream: IO[bytes], on_read: Callable[[int], None]) -> Iterator[bytes]:
    while chunk := stream.read(READ_BYTES):
        on_read(len(chunk))
        yield chunk


def _decoded(file: Path, chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    begins = (kind for magic, kind in _MAGIC.items() if first.startswith(magic))
    kind = next(begins, "") if file == STDIN else file.suffix
    plain = kind not in _DECODERS
    everything = _before(first, chunks)
    return everything if plain else _decompressed(everything, _DECODERS[kind])


def _before(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _decompressed(chunks: Iterator[bytes], new_decoder: Callable[[], Any]) -> Iterator[bytes]:
    """Decompress any number of members or frames, one behind the other."""
    decoder = None
    for chunk in chunks:
        for start in range(0, len(chunk), COMPRESSED_BYTES):
            data = chunk[start : start + COMPRESSED_BYTES]
            while data:
                decoder = decoder or new_decoder()
                yield decoder.decompress(data)
                data = decoder.unused_data
                if decoder.eof:
                    decoder = None
    if decoder is not None:
        raise EOFError("compressed data ends too early")


def _split(chunks: Iterator[bytes]) -> Iterator[list[bytes]]:
    parts = []  # of a line that has not ended yet
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if not end:
            parts.append(chunk)
            continue
        parts.append(chunk[:end])
        lines = b"".join(parts).replace(b"\r\n", b"\n").split(b"\n")
        parts = [chunk[end:]]
        lines.pop()
        yield lines
    if last := b"".join(parts):
        yield [last]
