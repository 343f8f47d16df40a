"""When people work: business calendars, public holidays, and arithmetic in business time."""
