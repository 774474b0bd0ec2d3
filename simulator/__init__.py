"""Replay documented failures of cloud zones, and compare how differently deployed applications fare in them.

Every result is conditional on the incident that is replayed: it says what happens given that failure, never how likely the failure is.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
