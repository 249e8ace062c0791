"""Turn text into vectors, by the bundled model or any other, and compare them."""
