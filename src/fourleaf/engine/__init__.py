"""The pure library under the product: values or Arrow in, values or Arrow out.

No Django, no clock, no network, no database connection of the product's. Everything here can be called from a
notebook, a test vector or a task on a cluster.
"""
