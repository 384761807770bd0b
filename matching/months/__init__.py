"""A round by month of the calendar: candidates by month, and who works when."""
