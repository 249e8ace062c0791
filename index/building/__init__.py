"""The next version of an index: what has changed, what can be reused, and writing it."""
