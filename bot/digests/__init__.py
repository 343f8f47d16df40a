"""Digests: each team's morning at its own hour, and the daily sign of life with the figures for administrators."""
