"""The reference of the command line, as Markdown, from the help texts themselves: `python -m simulator.cli.reference > docs/cli.md`."""

import click

from simulator.cli import main

_WIDTH = 100
_HEAD = """# Command line

What `azsim --help` and `azsim COMMAND --help` print. Written by `python -m simulator.cli.reference > docs/cli.md`; a test compares the two.
"""


def reference() -> str:
    """All help texts, the group first."""
    group = click.Context(main, info_name="azsim", terminal_width=_WIDTH, max_content_width=_WIDTH, **main.context_settings)
    parts = [_HEAD, _section("azsim", main.get_help(group))]
    for name in main.list_commands(group):
        command = main.get_command(group, name)
        if command is not None:
            inner = click.Context(command, info_name=name, parent=group, terminal_width=_WIDTH, max_content_width=_WIDTH)
            parts.append(_section(f"azsim {name}", command.get_help(inner)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    click.echo(reference(), nl=False)
