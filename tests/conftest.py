"""Tests run on all cores already: what they replay, they replay in their own process, unless they say otherwise."""

import os

os.environ.setdefault("AZSIM_WORKERS", "1")

os.environ.setdefault("AZSIM_CHECK_CONSERVATION", "1")
