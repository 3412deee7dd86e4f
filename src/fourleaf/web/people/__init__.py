"""Pages about people: the list, a person, their account and roles, the import of lists."""
