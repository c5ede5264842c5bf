"""The board: the only place where rooms, duties, claims and the calendar meet."""
