"""Write the expected lines anew."""

from tests.event.golden import FILES, enrich_lines

for sent, expected in FILES.items():
    expected.write_bytes(b"".join(line + b"\n" for line in enrich_lines(sent)))
