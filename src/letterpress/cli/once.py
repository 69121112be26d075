"""A command that refuses an option which is given twice with two values: click takes the last one, and says nothing.

Options that may be given several times (--set, --map) are as they are. An option's older name is noted, which whoever
reports says (deprecated.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from letterpress.cli import deprecated


class Command(click.Command):
    """A command whose options have one value each."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments.

        :raises click.BadParameter: an option has two values. They are not shown: a URL of data may hold a password.
        """
        deprecated.note(ctx, args)
        given: dict[click.Option, str] = {}
        for option, value in self._values(args):
            if given.setdefault(option, value) != value:
                raise click.BadParameter("it is given twice, with two values; give it once", ctx, option)
        return super().parse_args(ctx, args)

    def _values(self, args: Sequence[str]) -> Iterator[tuple[click.Option, str]]:
        """The options that have one value, with what is given for each."""
        options = [one for one in self.params if isinstance(one, click.Option)]
        known = {name: one for one in options for name in (*one.opts, *one.secondary_opts)}
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                return
            if arg.startswith("--"):
                name, _, value = arg.partition("=")
                said = "=" in arg
            else:
                while f"-{arg[1:2]}" in known and _has_no_value(known[f"-{arg[1:2]}"]):
                    arg = f"-{arg[2:]}"  # several letters behind one hyphen: -vo PATH
                name, value = arg[:2], arg[2:]
                said = bool(value)
            option = known.get(name)
            if option is None or _has_no_value(option):
                continue
            value = value if said else next(rest, "")
            if not option.multiple and option.nargs == 1:
                yield option, value


def _has_no_value(option: click.Option) -> bool:
    return option.is_flag or option.count
