"""Take questions on, have them answered in a pool, and go on with what was left."""
