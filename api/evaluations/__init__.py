"""Evaluation of achievements by the five values, and of their readiness (分类评价)."""
