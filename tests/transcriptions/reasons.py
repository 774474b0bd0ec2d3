"""Where the file of a scenario says something else on purpose than the second reading of its fact sheet, and why."""

from tests.transcriptions.tables_2011 import APRIL
from tests.transcriptions.tables_2012 import DECEMBER, JUNE_14, JUNE_29, OCTOBER

GEOMETRIC = "all files take the geometric middle of a range; the sheet suggests a base of its own"
MIDDLE_OF_BY = "the sheet says 'by'; the file takes the middle of the interval that is to agree with it"
FITTED_RATE = "the rate is fitted to O8 where this incident is replayed; the range stands in the world"
MIDDLE_COUNTS = "the sheet wants both ends of the range reported beside its middle, and the file counts the middle alone"
SOME_LATER = "that a late tail exists stands in the file as an upper end below 100 %"
UNTIMED = "the sheet says no more than 'early' or 'some'; the file makes numbers of it that can be checked"
WHOLE_NIGHT = "nothing is refused outside the throttle's time, so that the file counts over the whole night"
OF_THE_UNKNOWN = "an assumption of the sheet's list of unknowns that has to come out; the sheet has no observation of it"
DERIVED = "the sheet derives an interval of lengths and finds none on record; the file has its middle"
IN_PART = "the sheet says 'up to': it was not all of them, which the file calls partly"
DELIBERATE: dict[str, dict[str, str]] = {
    APRIL: {
        "event restoring-by-hand: not transcribed": "begun when all but 2.2 % were back; when people began is not told",
        "number volumes-in-the-zone: value": "the press has 500,000 as an order of magnitude; the world has its own, and only shares act",
        **dict.fromkeys(
            ("number volumes-per-database: low", "number volumes-per-database: high"),
            "fitted to B19a; the search goes beyond the 3.0 to 4.3 that the sheet derives with independent volumes, and may end there",
        ),
        "B03: role": "the sheet gives 'B03's end', which the file takes for that of the trouble, the transcription for that of the calls",
        "B03a: missing": "the time until people acted is that of two events, which are compared",
        **dict.fromkeys(
            ("B06: since", "B06: until"), "B04 allows the first trouble until 09:55, B05a the second from 11:17 on; the file looks between"
        ),
        "B06: unit": "the file makes a number of 'no trouble': everything is served",
        "B13b: unit": "the file makes a number of 'steady': what returns in the first half over what does in the second",
        "B13b: until": "the nine hours that the sheet calls steady, less half an hour; 2.2 % are on record an hour and a half after them",
        "B14: unit": "the file makes a number of 'more': 2.2 % over the 2.2 to 8 % of the sheet's list of unknowns",
        "B14b: missing": "4 to 6 points are the sheet's reading under independence; the file assumes its wider range, whose middle is less",
        "B19e: unit": "the file makes a number of 'only falls': at most 0.5 % get stuck after the storm",
        **dict.fromkeys(
            ("B26b: high", "B26c: high"),
            "upper bounds, and two hours either way, says the sheet; the file takes both",
        ),
        "B26d: role": "when people trust deploys again is not modelled; the sheet leaves it open",
        "B28a: unit": "the file asks how many launches succeed while they are blocked; how long that is says B03",
        "B28c: not transcribed": "of the same row: both lengths together bound how long those wait who have to launch",
        **dict.fromkeys((f"tenant {name}: outage" for name in ("reddit", "quora", "foursquare")), DERIVED),
        **dict.fromkeys((f"tenant heroku-several-zones: {part}-databases: down" for part in ("dedicated", "shared")), IN_PART),
        "tenant policystat: down": "down for minutes, and as a whole: the transcription calls that partly",
        **dict.fromkeys(
            ("tenant airbnb: search: not transcribed", "tenant airbnb: background: not transcribed"),
            "the transcription has the lengths of both in a comment and in B25c",
        ),
        "tenant rightscale: missing": "alerts alone; that its master was hit twelve hours later is an individual case, says the sheet",
        "tenant one-server: missing": "one person's server, of which only that it hung for more than seven hours is told",
    },
    JUNE_14: {
        **dict.fromkeys(("Q2-low: role", "Q2-high: role", "Q3-low: role", "Q3-high: role"), MIDDLE_COUNTS),
        "number dark-share-of-region: value": "all files take the geometric middle of a range; the transcription took the other one",
    },
    JUNE_29: {
        "event other-zones-flicker: not transcribed": "the sheet has it before the spike without a clock time; the file chooses one",
        "O8: high": SOME_LATER,
        "O8a: missing": SOME_LATER,
        "O24: unit": "the file makes a number of 'not fully normal': at most 99.9 % are back, as O8 reads a tail",
        "O15c: high": "the file closes what the sheet leaves open at 23:00, when O15b wants the wait to be long already",
        "O17b: low": "the file counts from the loss on, because nothing can fail of it earlier; the sheet's words allow both sides",
    },
    OCTOBER: {
        "A25: low": "the sheet has when it was seen; the file adds that nothing was stuck before 10:00",
        "event onset: missing": "that volumes stick is no event: the leak makes it come out",
        "A01b: missing": "five times the region's share is both: one zone of five",
        "A06: at": "'just before the cure': a minute earlier, so that it does not count",
        "A08: unit": "the file makes a number of 'not nearly all': less than 95 %",
        **dict.fromkeys(("A09a: missing", "A09b: missing"), "both ends are events, which are compared"),
        **dict.fromkeys((f"{of}: {part}" for of in ("A10a", "A10b", "A11") for part in ("since", "until")), WHOLE_NIGHT),
        "A10a: unit": "the file makes a number of 'far oftener': three times",
        "A11: high": "no share is more than a hundred times another here; the sheet leaves it open",
        **dict.fromkeys(("A20b: not transcribed",), OF_THE_UNKNOWN),
        **dict.fromkeys(("A24a: unit", "A24b: unit"), UNTIMED),
    },
    DECEMBER: {
        "event root-cause-known: instant": "the sheet gives a bound; the file takes the middle of O5",
        **dict.fromkeys(("event merge-verified: instant", "event majority-of-workflows-on: instant", "number merge: value"), MIDDLE_OF_BY),
        "number containment-to-snapshot: value": "the sheet's duration still counts from 17:00, the file's from 17:02",
        "number watch-period: value": "the file counts from the last of the workflows, the sheet from almost all load balancers",
        **dict.fromkeys(
            (
                "number running-balancers: value",
                "number share-of-state-deleted: value",
                "number break-on-touch: value",
                "number hand-repaired-share: value",
                "number hand-repair-start: value",
                "number failed-restore: value",
                "number streaming-balancers: value",
                "number streaming-share-on-lost-groups: value",
            ),
            GEOMETRIC,
        ),
        "number second-restore: value": "the file takes what is left until the snapshot; the sheet's two bases leave a quarter of an hour",
        "number share-of-state-deleted: low": "30 % of one platform's load balancers broke, and none can whose record was there",
        **dict.fromkeys((f"number modification-rate: {part}" for part in ("value", "low", "high")), FITTED_RATE),
        "O4b: unit": "the file makes a number of 'clearly worse': at most 90 %",
        "O8a: missing": "nothing here is deterministic, so the wider interval of the two holds",
        "O17: role": "a group's own rate is fitted to it, which the sheet allows and then counts as fitted",
        "O19: role": "the format has no word for what is shown and not counted; unexplained ones are not counted either",
        "O20: low": "nobody counts as back for good while load balancers still break",
        "O22a: missing": "the handful stands as its share of the hundreds, which is wider at both ends",
        "O23b: low": "the group has devices of broken load balancers too, at most the 5 % of O22",
        "O31: unit": "the file makes a number of 'unchanged': a ratio of one, with five zones beside three",
    },
}
