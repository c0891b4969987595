"""Week 2: datagrams, and a link between the two ends that may be bad."""
