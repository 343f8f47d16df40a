"""The kinds of timers that escalation sets, and what it remembers for good.

Their subjects are alerts, one each, so that two replicas never wait for each other's: what is told together is found
when the first of its timers falls due, and the others find nothing left to do.
"""

FLUSH = "alerts"
"""Subject: an alert that waits to be told, with everything else that waits for the same person or place."""

PROOF = "proof"
"""Subject: an alert that was told, and whose arrival must be proved by then."""

ALERTED = "config/alerts"
"""Set once anybody was ever alerted: until then nobody has to look whether words answer an alert."""
