from pathlib import Path

from pipeline.commands.settings import markdown_table

DOCS = Path(__file__).parents[1] / "docs"


def test_the_reference_of_settings_is_what_page_pipeline_settings_markdown_writes() -> None:
    assert (DOCS / "settings.md").read_text().endswith(f"\n\n{markdown_table()}")
