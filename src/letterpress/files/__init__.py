"""What may be read and what is in it, how a file is replaced, and where a project lies."""

__all__ = (
    "allowed",
    "atomic",
    "images",
    "inputs",
    "lock",
    "mending",
    "project",
    "project_files",
    "safe_xml",
    "svg_text",
    "targets",
    "toml_file",
    "zip_stream",
)
