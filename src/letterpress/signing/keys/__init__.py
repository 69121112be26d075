"""Keys that sign: in files, on tokens, for trying out, and the protocol for anybody's own."""
