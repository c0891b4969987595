"""A chat room: server and client over binary frames, with storage, a configuration file and a terminal interface."""
