"""Baton's tests: they read like the requirement, act through the wire, and assert what a person would see."""
