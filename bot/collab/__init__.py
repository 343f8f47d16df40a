"""Collaboration requests: one department asks another, by a small contract with an owner, items and clocks."""
