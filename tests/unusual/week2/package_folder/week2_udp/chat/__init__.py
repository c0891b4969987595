"""A chat client as a package."""
