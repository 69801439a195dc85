"""Tables the readers look things up in: headings, regions (GB/T 2260), industries (GB/T 4754-2017)."""
