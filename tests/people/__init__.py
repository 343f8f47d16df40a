"""Persons, accounts, roles."""
