"""`letterpress upgrade`: a project's files are brought up to the format of this letterpress.

Not here: what changes (upgrade.py).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UsageError, shown_path


@cli_output.command(epilog="Example: letterpress upgrade our-letters --dry-run")
@click.argument("folder", metavar="[PROJECT]", type=click.Path(path_type=Path), default=Path())
@click.option("--dry-run", is_flag=True, help="Show the changes, and write nothing.")
def upgrade(folder: Path, dry_run: bool, as_json: bool) -> int:
    """Bring the files of PROJECT up to the format of this letterpress: letterpress.toml and each letterhead.toml.

    PROJECT is its folder, or one such file. The schemas that `letterpress new` wrote for editors are brought up, too.
    The changes go to stdout: of a schema a line, of other files a diff. Letters look the same before and after. A file
    of a newer format is left as it is, and said.
    """
    from letterpress import upgrade as upgrades
    from letterpress.files import project
    from letterpress.schema import format as formats

    only = folder if folder.is_file() else None
    if only is not None and only.name not in (project.FILE, "letterhead.toml", *upgrades.SCHEMAS):
        message = "has no format that could be an older one"
        hint = f"name a project's folder, its {project.FILE} or a letterhead.toml"
        raise UsageError(message, file=str(folder), hint=hint, code="project-missing")
    root = project.find_root(folder.parent if only else folder) if folder.exists() else None
    if root is None:
        message, hint = (
            "is no project: no folder from here upwards has content/ or templates/",
            "name a project's folder",
        )
        raise UsageError(message, file=str(folder), hint=hint, code="project-missing")
    found = upgrades.look(root, only)
    faults, changed = list(found.faults), list[dict[str, Any]]()
    for older in found.older:
        try:
            if not dry_run:
                older.file.write()
        except LetterpressError as error:
            faults += error.diagnostics
            continue
        changed.append({"file": str(older.file.path), "from": older.format, "diff": older.file.diff})
    if found.missing is not None:
        changed += _begun(found.missing, upgrades.begun(), faults, dry_run)
    if as_json:
        cli_output.document(
            {
                "format": formats.FORMAT,
                "files": changed,
                "written": bool(changed) and not dry_run,
                "diagnostics": [fault.as_json() for fault in faults],
            }
        )
    else:
        click.echo("".join(map(_shown, changed)), nl=False)
    cli_output.diagnostics(faults)
    verb = "would be brought" if dry_run else "brought"
    files = cli_output.count(len(changed), "file")
    left = len({fault.file for fault in faults})
    said = f"{files} {verb} up to format {formats.FORMAT}" if changed else "" if left else "nothing to upgrade"
    kept = f"{cli_output.count(left, 'file')} left as {'it is' if left == 1 else 'they are'}" if left else ""
    cli_output.say(", ".join(filter(None, (said, kept))))
    return ExitCode.FAILED if faults else ExitCode.DONE


def _shown(changed: dict[str, Any]) -> str:
    """The diff of a file; of a schema, which nobody writes by hand, only how long it is."""
    from letterpress import upgrade as upgrades

    if Path(changed["file"]).name not in upgrades.SCHEMAS:
        return str(changed["diff"])
    lines = {sign: len(re.findall(rf"^[{sign}](?![{sign}]{{2}} )", changed["diff"], re.M)) for sign in "+-"}
    return f"{changed['file']}: schema: {lines['+']:,} lines new, {lines['-']:,} gone\n"


def _begun(file: Path, content: bytes, faults: list[Diagnostic], dry_run: bool) -> list[dict[str, Any]]:
    """Write the letterpress.toml of a project that has none."""
    from letterpress.output import write

    shown = shown_path(file)
    try:
        if not dry_run:
            write(file, content)
    except LetterpressError as error:
        faults += error.diagnostics
        return []
    added = "".join(f"+{line}\n" for line in content.decode().splitlines())
    return [
        {"file": shown, "from": 0, "diff": f"--- /dev/null\n+++ {shown}\n@@ -0,0 +1,{added.count(chr(10))} @@\n{added}"}
    ]
