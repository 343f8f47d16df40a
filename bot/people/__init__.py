"""Persons, their accounts on platforms, teams, roles, and what each may see and do."""
