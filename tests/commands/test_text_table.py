from pipeline.commands.text_table import text_table


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    rows = [("invalid_json", 7, "x"), ("a", 1200, "long")]
    assert [*text_table(("code", "n", "why"), rows)] == [
        "code             n  why",
        "invalid_json     7  x",
        "a             1200  long",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert [*text_table(("code", "n"), [])] == ["code  n"]
