"""Tests run on all cores already: what they replay, they replay in their own process, unless they say otherwise."""

import os

from tests import fuzzing

os.environ.setdefault("AZSIM_WORKERS", "1")

os.environ.setdefault("AZSIM_CHECK_CONSERVATION", "1")
fuzzing.register()
