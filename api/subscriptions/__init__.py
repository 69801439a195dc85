"""Standing recommendations: who watches for what, what is new, what of it is told to whom, and what came of it."""
