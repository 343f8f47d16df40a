"""Measurements: what Baton does with an event, beside what it stands on, in one run. `baton bench` runs them."""
