"""Pages on a projector: one section a screen, without controls."""
