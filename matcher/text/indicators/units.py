"""Units: spellings → canonical unit, factor and dimension; compound units are composed (CFU/mL, 吨/小时, W/(m·K)).

The two tables beside this file hold the data. See docs/decisions/0060-units.md for why this is not pint.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from string import ascii_letters

__all__ = ["NO_UNIT", "Unit", "parse_unit", "read_unit", "starts_unit"]


Dimension = tuple[tuple[str, int], ...]

_ATOMS_IN_A_UNIT = 4
_POWER = re.compile(r"\^ ?\(?([+-]?[1-9])\)?|([⁺⁻]?[¹²³⁴-⁹])|(-?[1-4])(?!\d)")
_LATIN_POWERED = re.compile(r"[A-Za-zμÅ]+$")
_SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "123456789+-")
_JOINER = re.compile(r" ?(?:([/÷]|每) ?(\()?(\d{1,4})? ?|([·?*.×]))")
_DIVISORS = frozenset({"10", "100", "1000"})
_DIVISIBLE = frozenset({(("M", 1),), (("L", 1),), (("L", 3),), (("T", 1),)})
_LATIN = frozenset(ascii_letters)
_TRAILING_DIGIT = re.compile(r"[\d.]")
# What a power or a further unit begins with; a unit before anything else is one atom.
_GOES_ON = frozenset("^⁺⁻²³⁴⁵⁶⁷⁸⁹¹⁰-1234 /÷每·?*.×")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: value × `factor` + `offset` is in `canonical`, value × `si` in base units of `dimension`.

    `family` is physical | percent | technical | count | people | money | calendar | none; `quantity` is the Chinese
    name of what it measures.
    """

    text: str
    canonical: str
    factor: float
    si: float
    dimension: Dimension
    family: str
    quantity: str
    offset: float = 0.0

    def canonical_value(self, value: float) -> float:
        """The value in the canonical unit, rounded to 12 digits so that 0.3 dm is 30 mm."""
        if self.factor == 1.0 and self.offset == 0.0 and value % 1 == 0:
            return float(value)
        return float(f"{value * self.factor + self.offset:.12g}")


NO_UNIT = Unit("", "", 1.0, 1.0, (), "none", "")


@dataclass(frozen=True, slots=True)
class _Canonical:
    name: str
    family: str
    quantity: str
    si: float
    dimension: Dimension


def _rows(name: str) -> list[list[str]]:
    text = resources.files("matcher.text.indicators").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _dimension(written: str) -> Dimension:
    pairs = (part.split("=") for part in written.split(","))
    return tuple(sorted((base, int(power)) for base, power in pairs))


@lru_cache(maxsize=1)
def _not_units() -> frozenset[str]:
    return frozenset(word for line in _rows("not_units.txt") for word in line[0].split(" "))


@lru_cache(maxsize=1)
def _canonicals() -> dict[str, _Canonical]:
    return {
        name: _Canonical(name, family, quantity, float(si), _dimension(dimension))
        for name, family, quantity, si, dimension in _rows("dimensions.tsv")
    }


@lru_cache(maxsize=1)
def _by_dimension() -> dict[Dimension, _Canonical]:
    found: dict[Dimension, _Canonical] = {}
    for item in _canonicals().values():
        found.setdefault(item.dimension, item)
    return found


@dataclass(frozen=True, slots=True)
class _Atoms:
    """Units by spelling, by lower-case spelling (damaged case: Mpa, KG, HZ), and each one's preferred spelling.

    `lengths`: how long the spellings that begin with a character are, longest first.
    """

    exact: dict[str, Unit]
    lower: dict[str, Unit]
    preferred: dict[str, str]
    lengths: dict[str, tuple[int, ...]]


@lru_cache(maxsize=1)
def _atoms() -> _Atoms:
    exact: dict[str, Unit] = {}
    lower: dict[str, Unit] = {}
    preferred: dict[str, str] = {}
    for name, factor, spellings in _rows("units.tsv"):
        base = _canonicals()[name]
        scale = float(factor)
        words = spellings.split(" ")
        for word in words:
            unit = Unit(word, name, scale, scale * base.si, base.dimension, base.family, base.quantity)
            exact.setdefault(word, unit)
            preferred.setdefault(word, words[0])
            if len(word) > 1:
                lower.setdefault(word.lower(), unit)
    lengths: dict[str, set[int]] = {}
    for word in exact:
        lengths.setdefault(word[0], set()).add(len(word))
    for word in lower:
        for char in (word[0], word[0].upper()):
            lengths.setdefault(char, set()).add(len(word))
    return _Atoms(exact, lower, preferred, {char: tuple(sorted(sizes)[::-1]) for char, sizes in lengths.items()})


def _atom(spelling: str) -> Unit:
    return _atoms().exact.get(spelling) or _atoms().lower[spelling.lower()]


def _read_atom(text: str, at: int) -> tuple[Unit, int] | None:
    """The longest spelling at `at` that does not end inside a Latin word."""
    atoms = _atoms()
    for length in atoms.lengths.get(text[at : at + 1], ()):
        end = at + length
        piece = text[at:end]
        unit = atoms.exact.get(piece) or (atoms.lower.get(piece.lower()) if length > 1 else None)
        # Near the end of the text the piece is shorter than asked for; its own length comes later.
        if unit is not None and len(piece) == length:
            follower = text[end : end + 1]
            if length == 1 and piece + follower in _not_units():
                continue
            if follower not in _LATIN or piece[-1] not in _LATIN:
                return unit, end
    return None


def starts_unit(text: str, at: int) -> bool:
    """Whether a spelling of two or more characters begins here (千瓦, 百帕)."""
    found = _read_atom(text, at)
    return found is not None and found[1] - at > 1


def _read_power(text: str, at: int, atom: str) -> tuple[int, int]:
    found = _POWER.match(text, at)
    if found is None:
        return 1, at
    if found[3]:
        # A bare digit is a power only behind a Latin symbol (cm2, cm-2) and never the start of the next number (2m-3m).
        unpowered = not _LATIN_POWERED.search(atom) or found[3] in {"1", "4", "-4"}
        if unpowered or _TRAILING_DIGIT.match(text, found.end()):
            return 1, at
        if found[3].startswith("-") and _read_atom(text, found.end()) is not None:
            return 1, at
    return int(found[1] or (found[2] or "").translate(_SUPERSCRIPTS) or found[3]), found.end()


@lru_cache(maxsize=4096)
def _compose(parts: tuple[tuple[str, int, int], ...], text: str) -> Unit:
    """Multiply atoms (spelling, power, divisor): the canonical unit of their dimension, or their spellings joined."""
    if len(parts) == 1 and parts[0][1:] == (1, 1):
        return replace(_atom(parts[0][0]), text=text)
    powers: dict[str, int] = {}
    si = 1.0
    name = ""
    for spelling, power, divisor in parts:
        # Inside a compound K is the kelvin, alone it is a thousand points.
        atom = _atom("kelvin" if spelling == "K" else spelling)
        si *= (atom.si / divisor if power > 0 else atom.si * divisor) ** power
        for base, exponent in atom.dimension:
            powers[base] = powers.get(base, 0) + exponent * power
        size = abs(power) if name else power
        name += ("" if not name else "/" if power < 0 else "·") + (str(divisor) if divisor != 1 else "")
        name += _atoms().preferred[atom.text] + (str(size) if size != 1 else "")
    dimension = tuple(sorted((base, power) for base, power in powers.items() if power))
    known = _by_dimension().get(dimension)
    if known is not None:
        return Unit(text, known.name, si / known.si, si, dimension, known.family, known.quantity)
    return Unit(text, name, 1.0, si, dimension, "physical", "")


def _joins(joiner: re.Match[str], follower: Unit) -> bool:
    """200×300 mm is a size, 230V/110V are two values; L/100km and mg/100g are units."""
    if joiner[4] == "×":
        return follower.canonical != "mm"
    return joiner[3] is None or (joiner[3] in _DIVISORS and follower.dimension in _DIVISIBLE)


def read_unit(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit that begins at `at` of a folded text and where it ends, or None; bounded look-ahead."""
    first = _read_atom(text, at)
    if first is None:
        return None
    if text[first[1] : first[1] + 1] not in _GOES_ON:
        spelling = text[at : first[1]]
        return first if first[0].text == spelling else (replace(first[0], text=spelling), first[1])
    parts: list[tuple[str, int, int]] = []
    (atom, end), sign, divisor, bracket = first, 1, 1, False
    while True:
        power, end = _read_power(text, end, text[at:end])
        parts.append((atom.text, sign * power, divisor))
        closed = end + 1 if bracket and text[end : end + 1] == ")" else end
        joiner = _JOINER.match(text, end)
        follower = _read_atom(text, joiner.end()) if joiner and len(parts) < _ATOMS_IN_A_UNIT else None
        if joiner is None or follower is None or not _joins(joiner, follower[0]):
            end = closed
            break
        if joiner[1]:
            sign, divisor, bracket = -1, int(joiner[3] or 1) or 1, bool(joiner[2])
        else:
            # W/m·K means W/(m·K), as it is written in practice: behind a stroke every further atom divides.
            divisor = 1
        atom, end = follower
    return _compose(tuple(parts), text[at:end]), end


def parse_unit(text: str) -> Unit | None:
    """The unit that a whole string spells, or None; canonical names count as spellings."""
    if text in _canonicals():
        base = _canonicals()[text]
        return Unit(text, text, 1.0, base.si, base.dimension, base.family, base.quantity)
    found = read_unit(text, 0)
    return found[0] if found is not None and found[1] == len(text) else None
