"""The service against the requirements of the conformance classes that it declares.

OGC API - Features part 1 (17-069r4), part 2 (18-058r1) and part 3 (19-079r2), CQL2 (21-065r2). Each
test names the requirements that it checks.
"""
