"""What the keys of each transcription of 2012 are called in the file of its scenario."""

from tests.transcriptions.reading import Table
from tests.transcriptions.restating import (
    as_documented,
    as_duration,
    as_order,
    as_quotient,
    by_its_latest,
    by_then,
    of_all_failovers,
    of_the_others,
)  # fmt: skip

JUNE_14, JUNE_29 = "2012-06-14-us-east-1-power-loss", "2012-06-29-us-east-1-power-loss"
OCTOBER, DECEMBER = "2012-10-22-us-east-1-ebs-agent-leak", "2012-12-24-us-east-1-elb-state-deletion"
DC_2 = "us-east-1/zone-1/dc-2"

OF_2012 = {
    JUNE_14: Table(
        events={
            "cable-fault": ("cable-fault",),
            "generator-overheats": ("fan-fails",),
            "breaker-opens": ("fan-fails", "until-overload"),
            "generator-restarted": ("generator-restarted",),
        },
        numbers={
            "generator-stop-to-breaker": "until-overload",
            "registry-heartbeat-threshold": "three-zone-failsafe: freezes-below",
            "dark-share-of-region": "generator-group",
            "dark-share-of-a-multi-zone-tenant": None,  # comes out: a third of the group's share of the zone
            "generators-in-the-zone": None,  # the group's share of the region says it all
            "generators-lost": None,
            "ups-ride-through": None,  # the UPS stands behind the breaker, so it bridges nothing here
            "rds-recovery": None,
            "elb-recovery": None,
            "same-building-as-two-weeks-later": None,
        },
    ),
    JUNE_29: Table(
        events={
            "utility-spike": ("utility-spike",),
            "generators-fail-first-demand": ("generators-refuse",),
            "utility-fails-again": ("utility-fails-again",),
            "generators-fail-second-demand": ("utility-fails-again",),
            "ups-empty": ("utility-fails-again", "ups-left"),
            "datastore-read-only": ("utility-fails-again", "ups-left"),
            "first-racks-powered": ("generators-by-hand",),
            "all-racks-powered": ("generators-by-hand", "by-hand-one-by-one"),
            "datastore-writable": ("utility-fails-again", "ups-left", "api-judgement"),
        },
        numbers={
            "ups-left-at-second-failure": "ups-left",
            "api-read-only": "api-judgement",
            "dark-first-racks": None,  # the instant at which the generators are brought in
            "dark-last-racks": None,
            "platform-databases-exposure": f"exposure of heroku a/databases {DC_2}",
            "platform-apps-exposure": f"exposure of heroku a/apps {DC_2}",
            "streaming-tenant-exposure-in-zone": f"exposure of netflix a/web {DC_2}",
            "registry-heartbeat": "reference-application: check-interval",
            "dark-share-of-region": "dc-2-share",
            "zones-of-the-region": None,  # the list of datacenters
            "buildings-of-the-region": None,
            "buildings-of-the-zone": None,
            "dark-share-of-zone": "dc-2-share / zone-share",
            "tenant-exposure-in-zone": None,  # drawn
            "tenant-exposure-mean": "dc-2-share / zone-share",
            "tenant-exposure-a-plus-b": "exposure-concentration",
            "boot-work-p90-over-median": "boot-spread",
            "share-of-instances-on-a-root-volume": "root-volume",
            "call-time-out": "reference-application: call-timeout",
            "call-time-out-gridlock-case": None,
            "threads-per-instance": "reference-application: threads",
            "lb-work-traffic-shifts": "shifts-total",
            "lb-detection-of-dead-nodes": f"basis of {DC_2}/traffic-shifts",
            "lb-work-scale-ups": "scale-ups-total",
            "lb-work-customer-replacements": "replacements-total",
            "hand-repair-of-stalled-failover-median": "hand-repair",
            "rescheduling-of-lost-apps-median": "heroku: rescheduled",
            "racks-dark": None,  # a product of two others
            "servers-per-rack": "servers-per-rack",
            "servers-dark": None,
            "ups-full-runtime": None,  # the sum of the two times on it
            "ups-time-in-first-demand": "first-demand",
            "ups-recharge-between": None,  # neglected
            "boot-dead-time": None,  # has to come out
            "boot-fleet-window": None,
            "volume-percentages-same-set-within": None,
            "share-of-volumes-writing": "in-flight",
            "customer-enables-io-median": "owner-looks",
            "lb-peak-load-over-capacity": None,  # comes out of the three amounts of work
            "lb-queue-cleared": None,
            "single-address-clients-device-heavy": "netflix: single-address",
            "single-address-clients-browser-only": None,  # the low end of what all architectures share
            "lb-name-time-to-live": "reference-application: dns-life",
            "database-failover-normal": f"basis of {DC_2}/databases-multi",
            "database-failover-stalled-share": "stalled",
            "read-only-detection": None,  # five and 61 minutes stand as 66
            "read-only-judgement": None,
            "registry-manual-exit": "three-zone-failsafe: release",
            "registry-heartbeat-threshold": "three-zone-failsafe: freezes-below",
            "platform-start": None,
            "volume-server-boot-work-relative": "storage-boot-factor",
        },
        mitigations={
            "generator-settle-and-tolerance": "generator-settle-time",
            "staff-transfer-by-hand": "staff-on-site",
            "faster-boot": "faster-boot",
            "faster-volume-processing": "faster-volume-checks",
            "automatic-datastore-flip": "automatic-datastore-flip",
            "balancer-queues-with-priority": "queue-priority",
            "dns-reweighting": "dns-reweighting",
            "multi-zone-failover-fix": "failover-fix",
        },
        restated={"O8": of_the_others, "O14b": of_the_others, "O14c": of_all_failovers},
    ),
    OCTOBER: Table(
        events={
            "brake": ("failover-braked",),
            "throttle-on": ("throttle-on",),
            "throttle-off": ("throttle-on", "its length"),
            "mapping-corrected": ("mapping-corrected",),
            "cure": ("cure",),
            "address-relief": ("addresses-found",),
        },
        numbers={
            "storage-servers-leaking": "stale",
            "affected-share-of-zone-volumes": "large-number",
            "volumes-in-the-zone": None,  # only shares act
            "servers-in-the-zone": None,
            "leak-fill-time": "memory",
            "leak-fill-spread-between-servers": "starving-spread",
            "leak-fill-centre": "starves",
            "failover-headroom": "spare-room",
            "headroom-saturated-before-brake-within": None,  # comes out
            "failover-rate-after-brake-factor": "braked-to",
            "recovery-between-1340-and-1510-local": None,  # comes out
            "true-onset": None,  # comes out; what is measured counts from it
            "throttle-quotas": None,  # the sheet gives no range
            "request-rates": None,
            "tenants-throttled": None,
            "balancers": None,  # only shares act
            "address-pool": None,
            "address-pool-runs-dry": None,  # comes out, a few minutes on either side of the beginning of this range
            "balancers-left-without-address": "blocked-last",
            "databases-per-class": None,
            "volumes-per-database": "volumes-per-database",
            "tenant-share-in-the-bad-zone": None,  # each tenant has its own
        },
        ids={"A18a": "A18b", "A18b": "A18a", "A20a": "A20", "A20b": None},
        restated={
            "A12": of_the_others,
            "A13": by_its_latest("without-stale"),
            "A14": as_order,
            "A15a": as_documented(0.2),
            "A15b": as_documented(0.5),
            "A15c": as_documented(0.95),
            "A16": as_quotient,
            "A17": as_documented(0.5),
            "A18a": of_the_others,
        },
        tenants={"netflix": "netflix-october", "heroku": "heroku-several-zones: apps"},
    ),
    DECEMBER: Table(
        events={
            "state-deleted": ("state-deleted",),
            "root-cause-known": ("state-deleted", "cause-known"),
            "workflows-off": ("state-deleted", "cause-known", "until-off"),
            "snapshot-usable": ("state-deleted", "cause-known", "until-off", "until-snapshot"),
            "merge-verified": ("state-deleted", "cause-known", "until-off", "until-snapshot", "merge"),
            "majority-of-workflows-on": ("state-deleted", "cause-known", "until-off", "until-snapshot", "merge", "half re-enabling"),
            "declared-normal": ("state-deleted", "cause-known", "until-off", "until-snapshot", "merge", "re-enabling", "watched"),
        },
        numbers={
            "containment-to-snapshot": "until-snapshot",
            "merge": "merge",
            "watch-period": "watched",
            "running-balancers": "load-balancers-whole",
            "share-of-state-deleted": "deleted",
            "fleet-effective-hazard": "netflix: fleet-breaks",
            "modification-rate": "modifications",
            "modification-rate-spread-factor": None,  # a number of its own for each tenant
            "endpoint-group-effective-hazard": None,  # stands as a multiple of the fleet's, and is fitted
            "streaming-group-effective-hazard": "netflix: others-break",
            "break-on-touch": "break-on-touch",
            "severity-of-a-broken-balancer": None,  # it forwards nothing
            "api-error-rate-existing": None,  # the share of the records that is gone
            "api-latency-factor-existing": None,
            "create-path-off-from": None,  # off and on with the workflows
            "create-path-off-until": None,
            "hand-repaired-share": "repaired-by-hand",
            "hand-repair-start": "state-deleted + cause-known + until-off + hand-repair-begins",
            "failed-restore": "first-attempt",
            "failed-restore-start": None,  # at once
            "second-restore": "second-attempt",
            "recovery-curve": None,  # work in equal parts
            "streaming-failed-balancers": None,  # has to come out
            "streaming-balancers": "netflix: owned",
            "streaming-failed-in-first-minutes": None,
            "streaming-failed-in-main-group": "netflix: main-balancers",
            "streaming-share-on-lost-groups": "netflix: main-devices",
            "streaming-load-that-evening": None,  # an upper bound without it
            "endpoint-apps": "heroku: endpoint-apps",
            "endpoint-failures-ramp-start": None,  # has to come out
            "frozen-extra-failures": None,  # none
            "frozen-extra-failures-stress": None,
            "dependent-services-recovered": "interval of O35",
        },
        mitigations={
            "M1": "per-access-approval",
            "M2": "faster-restore",
            "M3": "reconciling-control-plane",
            "M4": "multi-region-failover-2013",
            "M5": "own-load-balancers",
            "M6": "keys-outside",
            "M7": "alarm-on-lost-state",
            "M8": "more-zones",
        },
        restated={"O20": by_then, "O23a": as_duration, "O23b": of_the_others, "O24a": of_the_others},
    ),
}
