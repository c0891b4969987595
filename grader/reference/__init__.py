"""The lab's servers: what student clients are graded against, and chat with."""
