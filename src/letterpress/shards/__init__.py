"""A run on many machines: planned once, made in shards by any engine, each shard exactly once in its place."""

__all__ = (
    "driver",
    "engine",
    "manifest",
    "node",
    "planning",
    "run",
    "sweeping",
)
