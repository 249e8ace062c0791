"""Front matter: what an article says of itself above its text, in the forms in which generators of pages read it."""
