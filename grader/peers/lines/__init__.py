"""Week 7: the two ends of a protocol of lines, and the echo server before it."""
