"""Make the next version of an index: find what has changed, take over what has not, and write it all down."""
