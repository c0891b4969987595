"""The grader of Lab 5: checks, the engine that runs them, and what it tells about the result."""
