"""Week 6: the two ends of `chat://`."""
