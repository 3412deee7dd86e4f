"""The pages: parse, call a service or selector, render."""
