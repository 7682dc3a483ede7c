"""The same map as other tools draw it: apps that only the benchmarks run."""
