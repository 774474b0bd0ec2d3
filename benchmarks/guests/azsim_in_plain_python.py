"""azsim itself from its source: replications of the night, timed where nothing is compiled."""

import gc
import json
import sys
from time import perf_counter

from benchmarks.nights import night, replayed
from simulator.engine import cohorts

assert str(cohorts.__file__).endswith(".py"), "this is to be timed in plain Python"
subject = replayed(night().plan())
for line in sys.stdin:
    replication = json.loads(line)["replication"]
    gc.collect()
    begin = perf_counter()
    subject(replication)
    print(json.dumps({"seconds": perf_counter() - begin}), flush=True)
