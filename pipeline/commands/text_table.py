"""A table in plain text, as wide as it must be."""

from collections.abc import Iterator, Sequence


def text_table(header: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Iterator[str]:
    """Give the lines: numbers to the right, words to the left."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    to_right = [all(isinstance(row[index], int) for row in rows) for index in range(len(header))]
    for row in cells:
        columns = zip(row, widths, to_right, strict=True)
        aligned = [
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in columns
        ]
        yield "  ".join(aligned).rstrip()
