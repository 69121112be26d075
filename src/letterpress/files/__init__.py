"""Files on disk: how one is replaced, and which of them a command reads."""
