"""A world of any size, written as files: ten components to a room, ten zones, and as many rooms in each as wanted."""

from __future__ import annotations

from pathlib import Path

ZONES = 10
COMPONENTS_PER_ROOM = 10

_WORLD = """\
format: 1
name: rooms
summary: {rooms} rooms, alike, with {components} components in all.

datacenters:
{datacenters}

components:
  - {{path: "*/*/*/feed", summary: power from the grid}}
  - {{path: "*/*/*/generators", summary: diesel generators, initially: down}}
  - {{path: "*/*/*/power", summary: power at the racks, requires: {{live: {{any_of: [feed, generators, ups]}}}}}}
  - {{path: "*/*/*/cooling", summary: chillers, requires: {{live: power}}}}
{cohorts}

stations:
  - path: "*/*/*/boot"
    summary: the image server that all machines of a room boot from
    discipline: {{processor_sharing: {{per_job: 1}}}}
    capacity: 20
    basis: {{assumed: invented}}

stocks:
  - path: "*/*/*/ups"
    summary: charge, as the time it lasts
    capacity: 5 min
    flows:
      - steady: {{per_second: -1, while: {{all: [{{down: feed}}, {{down: generators}}]}}}}
    basis: {{assumed: invented}}

rules:
  - name: generators-start
    path: "*/*/*"
    when: {{down: feed}}
    after: 10 s
    do: {{start: generators}}
    basis: {{assumed: invented}}
"""

_COHORT = """\
  - path: "*/*/*/{name}"
    summary: machines
    units: {{spread: {units}}}
    requires: {{latching: {{on: power}}}}
    recovery:
      - visit: {{station: boot, work: {{lognormal: {{median: 4 min, p90: 6 min}}}}}}
    basis: {{assumed: invented}}"""

_INCIDENT = """\
format: 1
name: feeds-fail
summary: Feeds fail, and the generators behind them too.
world: rooms
start: 2024-03-01T10:00+01:00
horizon: 12 h
hit_zones: here/zone-1

events:
  - name: feeds-fail
    at: "10:10"
    do:
      - fail: {{target: "{where}/generators"}}
      - fail: {{target: "{where}/feed", for: 1 h}}
    basis: {{assumed: invented}}
"""

_TENANT = """\
format: 1
name: shop
summary: A shop in two zones.
kind: architecture
users: 5000
calls: 200
enters: name
placement:
  - {region: here, roles: [a, b]}

components:
  - path: "*/web"
    summary: web servers
    units: 6
    rides: servers
    carries: 75 %
    basis: {assumed: invented}

routes:
  - path: name
    summary: leads to whatever web server passes its checks
    targets: "*/web"
    spread: by_unit
    health_check: {interval: 30 s, threshold: 2}
    basis: {assumed: invented}
"""

COHORTS = ("servers", "disks", "balancers", "databases", "caches", "queues")
UNITS_PER_ROOM = 40


def write_rooms(folder: Path, *, components: int, where: str) -> tuple[Path, Path]:
    """Write a world of that many components, an incident that strikes the rooms of `where`, and a tenant; returns the latter two."""
    rooms = components // COMPONENTS_PER_ROOM
    paths = [f"here/zone-{z + 1}/room-{r + 1}" for z in range(ZONES) for r in range(rooms // ZONES)]
    world = _WORLD.format(
        rooms=rooms, components=components,
        datacenters="\n".join(f"  - {{path: {p}, share: {1 / rooms}, basis: {{assumed: invented}}}}" for p in paths),
        cohorts="\n".join(_COHORT.format(name=name, units=UNITS_PER_ROOM * rooms) for name in COHORTS),
    )  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "rooms.yaml").write_text(world)
    incident, tenant = folder / "feeds-fail.yaml", folder / "shop.yaml"
    incident.write_text(_INCIDENT.format(where=where))
    tenant.write_text(_TENANT)
    return incident, tenant
