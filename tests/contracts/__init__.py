"""Suites that every adapter and every database pass."""
