"""From text to vectors: the bundled model and any other, and how their vectors are compared."""
