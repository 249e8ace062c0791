"""Have a language model write a short answer from the quoted lines, and keep what those lines prove."""
