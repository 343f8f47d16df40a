"""Escalation: who hears of what is overdue, by which channel, with proof that it reached him."""
