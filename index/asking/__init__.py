"""Tell by its wording alone what a question asks for: a kind of thing, a report, an event of some year or number."""
