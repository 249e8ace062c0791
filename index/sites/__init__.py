"""What is known of an article beside its text: what publishes it, on which site, and what it says of its event."""
