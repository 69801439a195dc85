from matcher.config import Settings as Settings
from matcher.corpus.load import load as load
from matcher.engine import Matcher as Matcher
from matcher.errors import MatcherError as MatcherError
from matcher.index.filters import Filter as Filter
from matcher.records import Achievement as Achievement
from matcher.records import MatchList as MatchList
from matcher.records import Need as Need
from matcher.saving import save_index as save_index

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
