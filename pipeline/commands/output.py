"""Standard output, for bytes."""

import sys


def write_out(data: bytes) -> None:
    """Write all of `data` to standard output, and at once.

    Where Python is told not to buffer (PYTHONUNBUFFERED), a write may take only the beginning.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()
