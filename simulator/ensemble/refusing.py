"""What a person has asked of an ensemble and cannot have."""

from simulator.errors import InputError

Refused = InputError
"""A journal, a cluster, a precision or an argument cannot be used: the fact and the remedy, in one line."""

__all__ = ["Refused"]
