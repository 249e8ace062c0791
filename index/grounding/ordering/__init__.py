"""What stands in which order and what belongs to what: pairs, values bound to names, and things that changed places."""
