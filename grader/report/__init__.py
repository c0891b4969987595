"""Results in, one form out: a module for each. What came from a submission is escaped here, for each form anew."""
