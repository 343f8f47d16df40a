"""Policies and clocks: what must happen by when. Pure: no clock of its own, no storage.

Written by the clocks' author; see docs/architecture.md.
"""
