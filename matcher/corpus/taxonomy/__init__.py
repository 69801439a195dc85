"""Classifications as data: plan fields, high-tech fields, and words that speak for each industry division."""
