"""What the keys of the transcription of 2011 are called in the file of its scenario."""

from tests.transcriptions.reading import Table
from tests.transcriptions.restating import by_the_end, left_at_half_time, of_the_others

APRIL = "2011-04-21-us-east-1-ebs-remirroring"

OF_2011 = {
    APRIL: Table(
        events={
            "network-change": ("wrong-network",),
            "create-volume-refused": ("create-refused",),
            "cluster-cut-off": ("cluster-cut-off",),
            "search-ban": ("search-ban",),
            "attach-call-fixed": ("attach-call-fixed",),
            "capacity-additions-begin": ("servers-arrive",),
            "partitioned-control-plane": ("backlog-begun",),
            "control-plane-access": ("backlog-begun", "backlog"),
            "zone-api-access": ("api-let-in",),
            "snapshot-restores-finished": ("restoring-by-hand", "snapshots-restored"),
            "forensic-restores-begin": ("forensics-begun",),
        },
        numbers={
            "backlog-processing": "backlog",
            "network-isolation": "isolation",
            "share-that-must-re-mirror": "isolated",
            "free-capacity-at-start": "free-space",
            "clusters-in-the-zone": None,  # one
            "race-probability-per-close": "race",
            "search-retry-interval": "retry",
            "search-back-off": None,  # a mitigation
            "control-plane-threads": None,  # only their ratio to the calls acts
            "control-plane-time-out": "time-out",
            "control-plane-call-rates": None,
            "background-restoration-until-search-ban": "reclaimed",
            "background-restoration-until-capacity": "reclaimed-slowly",
            "stuck-as-seen-by-instances": "seen-by-instances",
            "remainder-is-of-all-volumes-of-the-zone": None,  # so it is
            "remainder-otherwise-read": None,
            "failover-share-is-of-those-with-stuck-volumes": None,  # so it is
            "zones-with-stuck-volumes": None,  # one
            "second-zone-disturbed-until": None,  # left out, as one may
            "growth-after-search-ban": None,  # comes out: B09
            "volumes-in-the-zone": "zone-volumes",
            "tenant-share-in-the-zone": None,  # each tenant has its own
            "zones-of-the-region": None,  # those of the world, one more; only averages over placements hang on it
            "volumes-per-database": "volumes-per-database",
        },
        ids={"B14": "B14a", "B13a": "B13b", "B13b": "B13a", "B28c": None},
        restated={"B07": by_the_end, "B13a": left_at_half_time, "B22": of_the_others},
        tenants={
            "heroku: dedicated databases": "heroku-several-zones: dedicated-databases",
            "heroku: shared databases": "heroku-several-zones: shared-databases",
            "heroku: deploys": "heroku-several-zones: deploys",
            "airbnb": "airbnb: site",
            "netflix": "netflix-2011",
            "one individual user": "one-server",
        },
    ),
}
