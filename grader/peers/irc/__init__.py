"""Week 8: clients of an IRC server."""
