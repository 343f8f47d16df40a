"""The storage contract: what `bot` may rely on, whatever the database. `test_storage.py` runs it on each.

One module a port. Every test gets an open `database` and the `clock` that it reads.
"""
