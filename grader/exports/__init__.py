"""Grades in, the text that another system reads out: a module for each. Nothing is run, read or written here."""
