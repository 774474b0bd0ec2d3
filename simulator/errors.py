"""The one error of azsim that a caller has to expect."""


class InputError(Exception):
    """What was asked for cannot be done: a file, an argument or an option is wrong, a limit is reached, or a result cannot be written.

    Its text says the fact and, after a semicolon or colon, the remedy. `ScenarioError` is the one that carries places in files.
    """

    places: tuple[str, ...] = ()
    """Paths and names of the parts of a scenario that it is about, where whoever raises it knows no files."""

    @property
    def fact(self) -> str:
        """What is wrong, without the remedy."""
        return str(self).partition(self._between)[0]

    @property
    def remedy(self) -> str:
        """What to do instead; empty where there is nothing to do."""
        return str(self).partition(self._between)[2]

    @property
    def _between(self) -> str:
        return "; " if "; " in str(self) else ": "
