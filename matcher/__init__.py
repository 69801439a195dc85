"""科技成果与企业需求智能匹配引擎 — a matching engine for Chinese technology transfer.

Names are loaded when first used (PEP 562), so that `import matcher` costs nothing; none of them loads torch or FAISS.
"""

from importlib import import_module

_HOMES = {
    "Achievement": "matcher.records",
    "Filter": "matcher.index.filters",
    "MatchList": "matcher.records",
    "Matcher": "matcher.engine",
    "MatcherError": "matcher.errors",
    "Need": "matcher.records",
    "Settings": "matcher.config",
    "load": "matcher.corpus.load",
    "save_index": "matcher.saving",
}

__all__ = [
    "Achievement",
    "Filter",
    "MatchList",
    "Matcher",
    "MatcherError",
    "Need",
    "Settings",
    "load",
    "save_index",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
