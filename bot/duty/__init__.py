"""Who is on duty: calendars of teams and persons, their exceptions, blocks of rest and leave."""
