"""An index in Milvus, for bots on many machines."""
