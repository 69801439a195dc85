"""A fair: who meets whom, when and where. `base.py` says what a plan is, `plan.py` makes one, `check.py` proves it."""
