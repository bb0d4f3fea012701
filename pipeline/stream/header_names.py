r"""Reads records of which a header's name is not UTF-8.

aiokafka raises `UnicodeDecodeError` for them, and again after every restart: one such record would
stop its partition for good. Here a byte of a name that is no UTF-8 is read as `\xff`, four
characters; everything else of the record stays as it is.
"""

from collections.abc import Iterator
from typing import Any, SupportsIndex, overload

from aiokafka.consumer import fetcher
from aiokafka.record import memory_records
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy


def read_any_header_name() -> None:
    """Let all of aiokafka's consumers in this process read such records.

    Replaces its fetcher's `MemoryRecords` by the same in Python, which finds the batches in what
    was fetched; the records in them are still read by the compiled code as long as it can.
    """
    fetcher.MemoryRecords = memory_records._MemoryRecordsPy
    memory_records.DefaultRecordBatch = _Batch


class _Batch:
    """A batch that is read once more, by slower code, if the fast code does not get through.

    Its other members are those that the fetcher asks for (consumer/fetcher.py, `_unpack_records`).
    """

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._batch: Any = (batch := DefaultRecordBatch(data))
        # No `__getattr__`: with one record a batch, that would take as long as reading the record.
        self.validate_crc = batch.validate_crc
        self.producer_id = batch.producer_id
        self.base_offset, self.next_offset = batch.base_offset, batch.next_offset
        self.is_control_batch, self.is_transactional = (
            batch.is_control_batch,
            batch.is_transactional,
        )

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter([*self._batch])
        except UnicodeDecodeError:
            return iter(_EscapingBatch(self._data))


class _EscapingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # it is final, but for us
    """aiokafka's own Python code, which decodes nothing but the names of headers."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        if not isinstance(self._buffer, _EscapingBytes):
            self._buffer = _EscapingBytes(self._buffer)


class _EscapingBytes(bytearray):
    @overload
    def __getitem__(self, index: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> bytearray: ...
    def __getitem__(self, index: SupportsIndex | slice) -> int | bytearray:
        found = super().__getitem__(index)
        return _EscapingBytes(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", _errors: str = "") -> str:
        return super().decode(encoding, "backslashreplace")
