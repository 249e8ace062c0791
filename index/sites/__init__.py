"""What publishes articles, and on which sites."""
