"""Codecs of the lab's protocols: bytes in, records out, and back. No sockets, no clocks."""
