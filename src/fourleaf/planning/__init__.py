"""Planning: what the organisation wants and prepares, as objects of the plan model, with their history."""
