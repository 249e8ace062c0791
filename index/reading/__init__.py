"""Read article files, and cut them into sections, passages and sentences, each a range of bytes."""
