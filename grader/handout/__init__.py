"""What students get: handouts, starter code and the public part of the grader, as one archive that is proved."""
