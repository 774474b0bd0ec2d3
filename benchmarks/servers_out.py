"""Two servers behind a load balancer, each out for a minute of ten: written as files, as near to AsyncFlow's example as azsim comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

HORIZON = 600.0
OUTAGES = ((180.0, 240.0), (360.0, 420.0))
CALLS = 40

_INCIDENT = """\
format: 1
name: servers-out
summary: One server after the other is out for a while.
world:
  name: pair
  summary: Two servers, each in a zone of its own.
  datacenters:
    - {{path: here/zone-1/room, share: 50 %, basis: &same {{assumed: the same numbers as in the other simulator}}}}
    - {{path: here/zone-2/room, share: 50 %, basis: *same}}
  components:
    - {{path: "*/*/*/servers", summary: a server, units: {{spread: 2}}, basis: *same}}
start: 2030-01-01T00:00Z
horizon: {horizon} s

events:
{events}
"""

_EVENT = """\
  - name: server-{n}-out
    at: "{at}"
    do: {{fail: {{target: here/zone-{n}/room/servers, for: {seconds} s}}}}
    basis: *same"""

_TENANT = """\
format: 1
name: service
summary: A service on two servers, either of which can carry all of it.
kind: architecture
users: 120
calls: {calls}
enters: balancer
placement:
  - {{region: here, roles: [a, b], fixed: [here/zone-1, here/zone-2]}}

components:
  - path: "*/server"
    summary: answers the calls
    units: 1
    rides: servers
    carries: 100 %
    basis: &same {{assumed: the same numbers as in the other simulator}}

routes:
  - path: balancer
    summary: round robin over the servers that are in rotation; of the checks it has the quickest that can be written
    targets: "*/server"
    spread: by_unit
    health_check: {{interval: 1 s, threshold: 1}}
    basis: *same
"""


def write_servers_out(folder: Path, outages: Sequence[tuple[float, float]] = OUTAGES) -> tuple[Path, Path]:
    """Write the incident and the service; outage n is that of server n."""
    events = [
        _EVENT.format(n=n, at=f"00:{start // 60:02.0f}:{start % 60:02.0f}", seconds=end - start)
        for n, (start, end) in enumerate(outages, start=1)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    incident, tenant = folder / "servers-out.yaml", folder / "service.yaml"
    incident.write_text(_INCIDENT.format(horizon=HORIZON, events="\n".join(events)))
    tenant.write_text(_TENANT.format(calls=CALLS))
    return incident, tenant
