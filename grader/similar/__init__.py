"""Which submissions have alike passages: what a person should look at, and no verdict."""
