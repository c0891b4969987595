"""Week 9: a package that is installed, its server and its client, and what stands on its screen."""
