"""Quantitative constraints in Chinese technical text: 抗拉强度≥500MPa, 温度控制在±2℃, 能耗降低30%以上."""

from matcher.text.indicators.base import Direction, Indicator, IndicatorKind, Op
from matcher.text.indicators.extract import extract

__all__ = ["Direction", "Indicator", "IndicatorKind", "Op", "extract"]
