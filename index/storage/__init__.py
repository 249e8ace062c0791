"""Keep a version of the index, in its folder or in Milvus, and look up what it holds."""
