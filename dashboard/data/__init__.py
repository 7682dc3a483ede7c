"""The layers that this process serves, and how they are renewed."""
