"""What a person has asked of an ensemble and cannot have."""


class Refused(Exception):
    """A journal, a cluster or a precision cannot be used: the fact and the remedy, in one line."""
