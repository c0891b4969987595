"""The parts of the echo server."""

from .settings import Settings

__all__ = ["Settings"]
