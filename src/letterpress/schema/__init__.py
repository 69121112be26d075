"""What front matter, people and letterheads may hold, by pydantic; its faults, and its JSON Schema."""
