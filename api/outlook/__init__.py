"""The standing matching of everything that is published, kept up in the background: leads, needs without partners."""
