"""Votes: results of every source, the rules they must keep, and their tally."""
