"""Decisions in many styles: exceptions, classes, generators and other parts of the language."""

LANGUAGE = {
    "finally_overrides": """
def decide(labels):
    out = []
    for l in labels:
        try:
            if l.description == 'Dog': continue
            if l.description == 'Cat': break
            out.append(1)
        finally:
            out.append(0)
    return tuple(out)
""",
    "index_error": """
def decide(labels):
    try: return labels[1].description == 'Dog'
    except IndexError: return 'short'
""",
    "raise_outside": """
def decide(labels):
    if labels[0].description == 'Dog': raise ValueError('dog')
    return 1 / (len(labels) - 1)
""",
    "classes": """
class Base:
    words = ['Dog']
    def __init__(self, labels): self.labels = labels
    @property
    def names(self): return [l.description for l in self.labels]
    def verdict(self): return any(w in self.names for w in self.words)
    @classmethod
    def make(cls, labels): return cls(labels)
    @staticmethod
    def word(b): return 'yes' if b else 'no'
class Child(Base):
    words = Base.words + ['Cat']
    def verdict(self): return not super().verdict() and len(self.labels) > 1 or super().verdict()
    def __len__(self): return len(self.labels)
    def __contains__(self, w): return w in self.names
    def __getitem__(self, i): return self.labels[i].description
    def __eq__(self, o): return self.names == o.names
def decide(labels):
    c = Child.make(labels)
    if 'Bird' in c: return 'bird'
    if len(c) and c[0] == 'Cat': return 'cat first'
    if c == Base(labels[:1]): return 'single'
    return Child.word(c.verdict())
""",
    "dataclass_enum": """
from dataclasses import dataclass, field
from enum import Enum, auto
class Kind(Enum):
    PET = 'Dog'
    FOOD = 'Pizza'
    OTHER = 'x'
class Level(Enum):
    LOW = auto()
    HIGH = auto()
@dataclass(order=True)
class Hit:
    score: float
    kind: Kind = Kind.OTHER
    tags: list = field(default_factory=list)
def decide(labels):
    hits = []
    for l in labels:
        try: k = Kind(l.description)
        except ValueError: k = Kind.OTHER
        h = Hit(l.score, k)
        h.tags.append(k.name)
        hits.append(h)
    level = Level.HIGH if any(h.score > 0.6 and h.kind is Kind.PET for h in hits) else Level.LOW
    return level.name + (hits[0].kind.value if hits and hits[0].kind != Kind.OTHER else '')
""",
    "namedtuple": """
from collections import namedtuple
Hit = namedtuple('Hit', 'name score')
def decide(labels):
    hits = [Hit(l.description, l.score) for l in labels]
    for name, score in hits:
        if name == 'Dog' and score >= 0.5: return Hit._fields[0]
    return hits[0].score > 0.3 if hits else None
""",
    "generators": """
def good(labels):
    for l in labels:
        if l.score > 0.4:
            yield l.description
def chain(*many):
    for one in many: yield from one
def decide(labels):
    g = good(labels)
    first = next(g, 'none')
    rest = list(g)
    if first == 'Dog': return 'first'
    return 'Dog' in chain(rest, ['Cat']) or len(rest)
""",
    "lazy_generator_stops": """
def decide(labels):
    seen = []
    def names():
        for l in labels:
            seen.append(1)
            yield l.description
    found = 'Dog' in names()
    return found, len(seen)
""",
    "match_statement": """
def decide(labels):
    match [l.description for l in labels]:
        case []: return 'empty'
        case ['Dog']: return 'only dog'
        case ['Cat', *rest] if rest: return 'cat and more'
        case [x, 'Dog' | 'Bird'] : return 'second'
        case _: pass
    for l in labels:
        match l.description.lower():
            case 'pizza' | 'burger': return 'junk'
            case s if s.startswith('c'): return 'c'
    return 'rest'
""",
    "walrus_chain_compare": """
def decide(labels):
    if (n := len(labels)) and 0.2 < labels[0].score <= 0.7: return n
    return [y for l in labels if (y := l.description[:1]) in 'DC'] == ['D']
""",
    "regular_expressions": r"""
import re
PAT = re.compile(r'(?P<w>dog|cat)s?$', re.I)
def decide(labels):
    for l in labels:
        m = PAT.search(l.description)
        if m and m.group('w').lower() == 'dog': return 'dog'
        if re.match(r'^[A-C]\w+', l.description): return 'abc'
        if re.sub('[aeiou]', '', l.description) == 'Brd': return 'bird'
    return re.split(r'[;,]\s*', 'a; b,c')[1]
""",
    "json_round_trip": """
import json
def decide(labels):
    text = json.dumps([{'n': l.description, 's': l.score} for l in labels])
    data = json.loads(text)
    return any(d['n'] == 'Dog' and d['s'] > 0.5 for d in data)
""",
    "itertools_functools": """
from itertools import chain, islice, takewhile, groupby, product
from functools import reduce, partial
from operator import attrgetter, itemgetter
def is_in(words, l): return l.description in words
def decide(labels):
    pets = partial(is_in, ('Dog', 'Cat'))
    head = list(takewhile(lambda l: l.score > 0.3, labels))
    n = reduce(lambda a, l: a + (1 if pets(l) else 0), labels, 0)
    by = sorted(((l.description, l.score) for l in labels), key=itemgetter(1))
    if by and by[-1][0] == 'Dog': return 'best'
    if any(a == b for a, b in product(map(attrgetter('description'), islice(labels, 2)), ['Bird'])): return 'bird'
    return n, len(head), sum(1 for k, g in groupby(labels, key=lambda l: l.score > 0.5))
""",
    "closures_and_nonlocal": """
def decide(labels):
    count = 0
    def tell(l):
        nonlocal count
        if l.description in ('Dog', 'Cat'): count += 1
        return count
    results = [tell(l) for l in labels]
    makers = [lambda k=k: count > k for k in range(3)]
    return [int(m()) for m in makers]
""",
    "star_arguments": """
def score(*names, base=0, **more):
    return base + len(names) + sum(more.values())
def decide(labels):
    names = [l.description for l in labels if l.description in ('Dog', 'Cat')]
    options = {'bonus': 2} if 'Dog' in names else {}
    return score(*names, **options, base=1)
""",
    "multi_select_dictionary": """
def decide(labels):
    flags = dict.fromkeys(['dog', 'cat', 'bird'], False)
    for l in labels:
        key = l.description.lower()
        if key in flags: flags[key] = True
    return flags
""",
    "tuple_compare_and_strings": """
def decide(labels):
    best = ('', 0)
    for l in labels:
        if (l.score, l.description) > (best[1], best[0]): best = (l.description, l.score)
    return best[0] == 'Dog', best[1] >= 0.5
""",
    "deque_and_list_methods": """
from collections import deque
def decide(labels):
    q = deque(maxlen=2)
    names = []
    for l in labels:
        q.append(l.description)
        if l.description not in names: names.insert(0, l.description)
    if 'Dog' in names:
        names.remove('Dog')
        return names.count('Cat'), len(q)
    return 'Cat' in q, names.index('Bird') if 'Bird' in names else -1
""",
    "sort_in_place": """
def decide(labels):
    names = [(l.score, l.description) for l in labels]
    names.sort(reverse=True)
    names.reverse()
    return names[0][1] == 'Dog' if names else 'none'
""",
    "ternaries_and_booleans": """
def decide(labels):
    d = [l for l in labels if l.description == 'Dog'] or [l for l in labels if l.score > 0.9]
    return 'x' if d and d[0].score > 0.5 else ('y' if not d else 'z')
""",
    "with_and_context": """
from contextlib import contextmanager, suppress
@contextmanager
def guard(name):
    try:
        yield name
    except KeyError:
        pass
def decide(labels):
    out = 'none'
    with guard('a') as g, suppress(IndexError):
        out = {'Dog': g, 'Cat': 'cat'}[labels[0].description]
    return out
""",
    "decorator": """
import functools
def logged(f):
    @functools.wraps(f)
    def inner(*a, **k):
        r = f(*a, **k)
        return ('logged', r)
    return inner
@logged
def verdict(labels): return any(l.description == 'Dog' for l in labels)
def decide(labels): return verdict(labels)[1]
""",
    "recursion": """
def walk(labels, i=0):
    if i >= len(labels): return 'none'
    if labels[i].description == 'Dog': return i
    return walk(labels, i + 1)
def decide(labels): return walk(labels)
""",
    "numbers": """
import math
def decide(labels):
    if not labels: return 'none'
    p = round(labels[0].score * 100)
    if p > 80: return 'high'
    if math.floor(labels[0].score * 10) == 5 or int(labels[0].score * 3) % 2: return 'mid'
    return abs(labels[0].score - 0.5) < 0.1 or -labels[0].score > -0.2
""",
    "delete_and_update": """
def decide(labels):
    d = {}
    for l in labels: d.setdefault(l.description, []).append(l.score)
    d.update({'Cat': [0.1]})
    d.pop('Bird', None)
    if 'Dog' in d:
        n = len(d['Dog'])
        del d['Dog']
        return n, 'Dog' in d
    return len(sorted(k for k in d if k in ('Cat', 'Pizza')))
""",
    "string_enumeration": """
def decide(labels):
    out = 0
    for l in labels:
        for ch in l.description[:3]:
            if ch in 'aeiou': out += 1
    return out > 3
""",
    "reversed_range": """
def decide(labels):
    for i in range(len(labels) - 1, -1, -1):
        if labels[i].description == 'Dog': return i
    for l in reversed(labels):
        if l.description == 'Cat': return 'cat'
    return len(list(range(0, 10, 3)))
""",
    "getattr_and_dynamic": """
FIELDS = ('description', 'score')
def decide(labels):
    for l in labels:
        values = {f: getattr(l, f) for f in FIELDS}
        if values['description'] == 'Dog' and values['score'] > 0.5: return True
    return hasattr(labels, 'append') or getattr(labels, 'nothing', 3)
""",
    "global_counter": """
COUNT = 0
def bump():
    global COUNT
    COUNT += 1
def decide(labels):
    for l in labels:
        if l.description == 'Dog': bump()
    return COUNT
""",
    "type_checks": """
def norm(x):
    if isinstance(x, str): return [x]
    return list(x)
def decide(labels):
    v = 'none'
    for l in labels:
        if l.description == 'Dog': v = ['Dog']
    return type(v) is list, norm(v)[0] == 'none', isinstance(len(labels), int)
""",
    "class_attributes_shared": """
class Store:
    items = []
    def add(self, x): self.items.append(x)
def decide(labels):
    a, b = Store(), Store()
    for l in labels:
        if l.description in ('Dog', 'Cat'): a.add(l.description)
    return len(b.items) > 1, bool(Store.items)
""",
    "any_of_lists_in_both_directions": """
WORDS = ['hot dog', 'cat']
def decide(labels):
    for w in WORDS:
        for l in labels:
            if w in l.description.lower() or l.description.lower() in w: return w
    return None
""",
    "continue_filter": """
def decide(labels):
    n = 0
    for l in labels:
        if l.score < 0.5: continue
        if l.description not in ('Dog', 'Cat'): continue
        n += 1
        if n == 2: return 'two'
    return n
""",
    "dictionary_comprehension_sorting": """
def decide(labels):
    d = {l.description: l.score for l in labels}
    ranked = sorted(d.items(), key=lambda kv: kv[1], reverse=True)
    if not ranked: return 'none'
    name, score = ranked[0]
    return name == 'Dog' if score > 0.5 else 'unsure'
""",
    "strings_of_tuple_percent": """
def decide(labels):
    return 'n=%03d %s' % (len([l for l in labels if l.description == 'Dog']), 'ok' if labels else 'no')
""",
    "slices_and_steps": """
def decide(labels):
    odd = [l.description for l in labels[1::2]]
    last = [l.description for l in labels[-2:]]
    return 'Dog' in odd, 'Cat' in last, [0, 1, 2, 3][::-1][len(odd):]
""",
    "lists_equal": """
def decide(labels):
    names = [l.description for l in labels]
    return names == ['Dog', 'Cat'], names != [], ('Dog',) == tuple(names)
""",
    "async_functions": """
import asyncio
async def names(labels): return [l.description for l in labels]
async def verdict(labels):
    n = await names(labels)
    a, b = await asyncio.gather(names(labels), names(labels))
    return 'Dog' in n and a == b
def decide(labels): return asyncio.run(verdict(labels))
""",
    "preset_dictionary": """
def decide(labels):
    seen = {'Dog': 0, 'Cat': 0}
    for l in labels: seen[l.description] = 1
    return seen['Dog'] + seen['Cat'], bool(seen.get('Bird'))
""",
}
