"""Read reports, cut them into passages, embed and store these, and search them."""
