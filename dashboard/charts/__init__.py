"""Charts: how they are declared and exported, and the registry of those that have an address."""
