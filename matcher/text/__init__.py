"""Text as the engine sees it: one spelling, words, sentences, and which fields of a record are text."""
