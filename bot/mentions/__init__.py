"""Mentions: somebody who is named in a ticket or request is told at once, and can answer from there."""
