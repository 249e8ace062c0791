"""The pages of articles: where they are, and what their headings are called there."""
