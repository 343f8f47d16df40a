"""Baton's domain: what it does, without knowing any chat platform or database."""
