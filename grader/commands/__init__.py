"""What `python -m grader` can be told to do: a module for each kind of user."""
