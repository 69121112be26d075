"""What fuzzing has found, one input a cause: target and input. Each is mended, and stays a test."""

CASES: tuple[tuple[str, bytes], ...] = (
    ("json", b"\xc2\x80"),  # DuckDB's message ended in the middle of a character
    ("json", b'"\xc3\xa9' * 40),
)
