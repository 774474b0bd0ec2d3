"""The command group: loads a command when it is needed, and turns whatever happens into a text and an exit code."""

import contextlib
import errno
import importlib
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click
from click.exceptions import Exit

from simulator.cli.failing import BUG, INTERRUPTED, PIPE_CLOSED, WRONG_INPUT, Unwritable, let_go_of_stdout
from simulator.cli.interrupting import listening
from simulator.errors import InputError

_COMMAND_LINE = "azsim.command"


def typed() -> str:
    """The command as it was typed, quoted for a shell."""
    return str(click.get_current_context().meta[_COMMAND_LINE])


class LazyGroup(click.Group):
    """A group whose commands live in modules of `simulator.cli` that are imported only when asked for."""

    def __init__(self, *args: Any, homes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a reader needs them, not that of the alphabet."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.homes:
            return None
        command = importlib.import_module(f"simulator.cli.{self.homes[cmd_name]}").COMMANDS[cmd_name]
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.homes and not args[0].startswith("-"):
            import difflib

            from simulator.scenario.problems import quoted

            close = difflib.get_close_matches(args[0][:80], self.homes, n=1)
            remedy = f"Did you mean '{close[0]}'?" if close else f"Commands are {', '.join(self.homes)}."
            ctx.fail(f"There is no command {quoted(args[0])}. {remedy}")
        return super().resolve_command(ctx, args)

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        line = shlex.join(["azsim", *args])
        # Pictures are drawn without any of matplotlib's windows; a name that it does not know would end everything that draws.
        os.environ["MPLBACKEND"] = "agg"
        with _settled():
            ctx = super().make_context(info_name, args, parent, **extra)
            ctx.meta[_COMMAND_LINE] = line
            return ctx

    def invoke(self, ctx: click.Context) -> Any:
        with _settled(), listening():
            return super().invoke(ctx)


@contextlib.contextmanager
def _settled() -> Iterator[None]:
    """Every way in which a command may end becomes an exit code, with one clear text for the person."""
    try:
        _need_stdout()
        try:
            yield
        except Exit:
            sys.stdout.flush()
            raise
        sys.stdout.flush()
    except (click.ClickException, click.Abort, Exit):
        raise
    except KeyboardInterrupt:
        _tell("azsim: interrupted")
        raise Exit(INTERRUPTED) from None
    except Exception as error:
        raise Exit(_judged(error)) from None


def _need_stdout() -> None:
    if sys.stdout is None:
        raise Unwritable("cannot write to standard output: it is closed; leave it open, or send it to /dev/null")


def _judged(error: Exception) -> int:
    from simulator.scenario.problems import ScenarioError, printable

    if isinstance(error, BrokenPipeError) or (isinstance(error, OSError) and error.errno == errno.EPIPE):
        let_go_of_stdout()
        return PIPE_CLOSED
    if isinstance(error, ScenarioError):
        _tell(str(error))
        return WRONG_INPUT
    if isinstance(error, InputError):
        _tell(f"azsim: {printable(str(error))}")
        return WRONG_INPUT
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM) or _unmapped(error):
        _tell("azsim: there is not enough memory; ask for fewer replications, workers or tenants, or raise the limit (ulimit -v)")
        return WRONG_INPUT
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO) and error.filename is None:
        # What is left in the buffer of standard output when the command ends.
        let_go_of_stdout()
        _tell(f"azsim: {Unwritable.worded('standard output', error)}")
        return WRONG_INPUT
    if os.environ.get("AZSIM_TRACEBACK") == "1":
        import traceback

        _tell("".join(traceback.format_exception(error)).rstrip())
    fact = printable(" ".join(f"{type(error).__name__}: {error}".split()), 200)
    remedy = "please report it with the command to the authors of azsim; AZSIM_TRACEBACK=1 shows where it happened"
    _tell(f"azsim: this is a bug of azsim, not of your input: {fact}; {remedy}")
    return BUG


def _unmapped(error: Exception) -> bool:
    """Whether a library could not be loaded for want of memory."""
    words = ("cannot allocate memory", "failed to map segment")
    return isinstance(error, ImportError) and any(word in str(error).lower() for word in words)


def _tell(text: str) -> None:
    with contextlib.suppress(OSError):
        click.echo(text, err=True)
