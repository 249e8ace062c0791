"""Have a language model write a short answer from lines of the reports, and keep what those lines prove."""
