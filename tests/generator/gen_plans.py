"""What a generated application decides, and the meaning of it, written apart from the product.

A plan is read by two parties only: ``gen_programs`` writes it as Python in many styles, and
``outcome`` says what must come out. Neither uses anything of ``chameleonapi``.
"""

from dataclasses import dataclass

# -- one element


@dataclass(frozen=True)
class Match:
    """A test on the name (and perhaps the score) of one element.

    ``mode``: exact, lower, inside, prefix, suffix, word; negated: any other name.
    """

    mode: str
    words: tuple[str, ...]
    score: float | None = None
    is_strict: bool = False
    is_negated: bool = False

    def accepts(self, name, score):
        if self.score is not None and not (
            score > self.score if self.is_strict else score >= self.score
        ):
            return False
        return self._names(name) is not self.is_negated

    def _names(self, name):
        low = name.lower()
        match self.mode:
            case "exact":
                return name in self.words
            case "lower":
                return low in {one.lower() for one in self.words}
            case "inside":
                return any(one.lower() in low for one in self.words)
            case "prefix":
                return any(name[: len(one)] == one for one in self.words)
            case "suffix":
                return any(name[-len(one) :] == one for one in self.words)
            case "word":
                return any(one.lower() in low.split() for one in self.words)
        raise AssertionError(self.mode)


# -- conditions on all elements: what nested decisions are made of


@dataclass(frozen=True)
class Some:
    match: Match

    def holds(self, rows):
        return any(self.match.accepts(*row) for row in rows)


@dataclass(frozen=True)
class Every:
    match: Match

    def holds(self, rows):
        return not any(not self.match.accepts(*row) for row in rows)


@dataclass(frozen=True)
class AtLeast:
    match: Match
    count: int

    def holds(self, rows):
        return sum(1 for row in rows if self.match.accepts(*row)) >= self.count


@dataclass(frozen=True)
class Length:
    count: int

    def holds(self, rows):
        return len(rows) >= self.count


@dataclass(frozen=True)
class At:
    """The element at an index is there, and matches."""

    index: int
    match: Match

    def holds(self, rows):
        return len(rows) > self.index and self.match.accepts(*rows[self.index])


@dataclass(frozen=True)
class InTop:
    count: int
    match: Match

    def holds(self, rows):
        return any(self.match.accepts(*row) for row in rows[: self.count])


@dataclass(frozen=True)
class Not:
    part: object

    def holds(self, rows):
        return not self.part.holds(rows)


@dataclass(frozen=True)
class Both:
    left: object
    right: object

    def holds(self, rows):
        return self.left.holds(rows) and self.right.holds(rows)


@dataclass(frozen=True)
class Either:
    left: object
    right: object

    def holds(self, rows):
        return self.left.holds(rows) or self.right.holds(rows)


# -- decisions


@dataclass(frozen=True)
class Choice:
    """The first condition that holds, in the order of the application."""

    cases: tuple[tuple[object, str], ...]
    default: str

    def outcome(self, rows):
        return next((name for part, name in self.cases if part.holds(rows)), self.default)


@dataclass(frozen=True)
class First:
    """The first element (or the last one) that any test accepts, in the order of the API."""

    cases: tuple[tuple[Match, str], ...]
    default: str
    from_end: bool = False

    def outcome(self, rows):
        for row in reversed(rows) if self.from_end else rows:
            for match, name in self.cases:
                if match.accepts(*row):
                    return name
        return self.default


@dataclass(frozen=True)
class Best:
    """The element with the highest score, whatever its place; scores of an answer differ."""

    cases: tuple[tuple[Match, str], ...]
    default: str

    def outcome(self, rows):
        if not rows:
            return self.default
        best = max(rows, key=lambda row: row[1])
        return next((name for match, name in self.cases if match.accepts(*best)), self.default)


@dataclass(frozen=True)
class Select:
    """Independent members."""

    cases: tuple[tuple[object, str], ...]

    def outcome(self, rows):
        return frozenset(name for part, name in self.cases if part.holds(rows))


@dataclass(frozen=True)
class Counted:
    """How many elements match, in steps: ``names[0]`` below ``steps[0]`` and so on."""

    match: Match
    steps: tuple[int, ...]
    names: tuple[str, ...]

    def outcome(self, rows):
        count = sum(1 for row in rows if self.match.accepts(*row))
        return self.names[sum(count >= step for step in self.steps)]


@dataclass(frozen=True)
class Tree:
    """Nested conditions; leaves are names."""

    part: object
    yes: object
    no: object

    def outcome(self, rows):
        chosen = self.yes if self.part.holds(rows) else self.no
        return chosen if isinstance(chosen, str) else chosen.outcome(rows)


@dataclass(frozen=True)
class Bands:
    """Where the score of one number (or of the first element of a match) lies."""

    cuts: tuple[float, ...]
    names: tuple[str, ...]

    def outcome(self, rows):
        value = rows[0][1]
        return self.names[sum(value >= cut for cut in self.cuts)]


@dataclass(frozen=True)
class Word:
    """One word of an answer that holds just one: a mood, a language."""

    cases: tuple[tuple[tuple[str, ...], str], ...]
    default: str

    def outcome(self, rows):
        word = rows[0][0]
        return next((name for words, name in self.cases if word in words), self.default)


def matches(plan):
    """Yield every test on an element of a plan or condition."""
    match plan:
        case Match():
            yield plan
        case str() | int() | float() | bool() | None:
            return
        case tuple():
            for one in plan:
                yield from matches(one)
        case _:
            for name in plan.__dataclass_fields__:
                yield from matches(getattr(plan, name))
