"""How well records are filled in, and what would make them easier to find."""
