"""Week 3: HTTP from both ends, and as bytes."""
