"""What stands in which order and what belongs to what: pairs, and things that have changed places."""
