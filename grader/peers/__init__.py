"""The grader's end of a conversation with a student's program, and the transcript of what was said."""
