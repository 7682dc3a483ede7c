"""What one client may use: who it is, its account of processor time, and turns."""
