"""How data/banten is made from the raw copies: one module a subject."""
