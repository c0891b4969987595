"""The grader as an autograder of Gradescope: what it is packed into, and what it finds and writes there."""
