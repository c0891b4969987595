"""Week 4: a client that registers and logs in, and the server that it does so with."""
