"""Keep an index in Milvus, for bots on many machines."""
