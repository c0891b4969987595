"""An echo server as a package."""
