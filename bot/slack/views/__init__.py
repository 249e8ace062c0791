"""Draw what people see in Slack: messages, modals and the Home tab; all functions are pure."""
