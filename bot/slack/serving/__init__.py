"""Open the app, serve it over Socket Mode or HTTP, and end it."""
