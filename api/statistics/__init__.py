"""What the bureau counts: a year at a glance, supply and demand by plan field, freshness, and the year's targets."""
