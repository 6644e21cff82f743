"""Decisions in many styles: loops, flags, counts, tables."""

CHOICES = {
    "first_match": """
def decide(labels):
    for l in labels:
        if l.description == 'Dog':
            return 'dog'
        elif l.description in {'Cat', 'Kitten'}:
            return 'cat'
    else:
        return 'none'
""",
    "flags_after_loop": """
def decide(labels):
    dog = cat = False
    for l in labels:
        if 'Dog' in l.description: dog = True
        if 'Cat' in l.description: cat = True
    if dog and not cat: return 'dog'
    if cat and not dog: return 'cat'
    return 'both' if dog and cat else 'none'
""",
    "any_generator": """
def decide(labels):
    return 'yes' if any(l.description.lower() == 'dog' and l.score > 0.5 for l in labels) else 'no'
""",
    "all_generator": "def decide(labels): return all(l.score > 0.3 for l in labels)",
    "set_algebra": """
WANTED = {'Dog', 'Cat', 'Bird'}
def decide(labels):
    names = {l.description for l in labels}
    if WANTED <= names: return 'all'
    if names.isdisjoint(WANTED): return 'none'
    if len(names & WANTED) >= 2: return 'two'
    if (names - WANTED): return 'some and others'
    return 'some'
""",
    "dictionary_scores": """
def decide(labels):
    scores = dict(zip([l.description for l in labels], [l.score for l in labels]))
    if scores.get('Dog', 0) > 0.6: return 'dog'
    if 'Cat' in scores and scores['Cat'] > scores.get('Bird', 0): return 'cat'
    try:
        return 'bird' if scores['Bird'] else 'weird'
    except KeyError:
        return 'nothing'
""",
    "counter": """
from collections import Counter, defaultdict
def decide(labels):
    c = Counter(l.description for l in labels)
    d = defaultdict(int)
    for l in labels: d[l.description] += 1
    if c['Dog'] >= 2 or d['Dog'] >= 2: return 'dogs'
    if not c: return 'empty'
    return 'one' if c['Dog'] else 'other'
""",
    "sorted_top": """
def decide(labels):
    ranked = sorted(labels, key=lambda l: l.score, reverse=True)
    top = [l.description for l in ranked[:2]]
    if 'Dog' in top: return 'dog on top'
    if top and top[0].startswith('C'): return 'c'
    return len(top)
""",
    "max_min": """
def decide(labels):
    if not labels: return 'empty'
    best = max(labels, key=lambda l: l.score)
    worst = min(labels, key=lambda l: l.score)
    if best.description == worst.description: return 'same'
    return best.description == 'Dog'
""",
    "index_and_slice": """
def decide(labels):
    if len(labels) < 2: return 'short'
    first, second, *rest = labels
    if first.description == 'Dog' and labels[-1].description != 'Cat': return 'd'
    if second.description == 'Cat': return 'c'
    return 'long' if rest else 'two'
""",
    "string_methods": """
def decide(labels):
    for l in labels:
        word = l.description.strip().split(' ')[0].replace('-', '').lower()
        if word.endswith('og') or word.startswith(('ca', 'bi')): return word[:1].upper() == 'D'
        if word.isdigit() or word.find('x') == 0: return 'strange'
    return None
""",
    "joined_text": """
def decide(labels):
    text = ', '.join(l.description for l in labels).lower()
    if 'dog' in text: return 1
    if text.count('cat') > 1: return 2
    return 0 if text else -1
""",
    "concatenated_text": """
def decide(labels):
    text = ''
    for l in labels: text += l.description + ';'
    return 'yes' if 'Dog' in text or 'Cat' in text else 'no'
""",
    "formatted_text": """
def decide(labels):
    found = []
    for l in labels:
        found.append('%s=%d' % (l.description, l.score * 10))
        found.append('{0:>5}|{1:.1f}'.format(l.description, l.score))
        found.append(f'{l.description!r}:{l.score:.2f}')
    return 'Dog=9' in found or any('Cat|0.5' in f for f in found)
""",
    "sums": """
def decide(labels):
    total = sum(l.score for l in labels)
    n = sum(1 for l in labels if l.description == 'Dog')
    m = sum(l.description == 'Cat' for l in labels)
    mean = total / len(labels) if labels else 0
    if n > m: return 'dogs'
    return 'high' if mean > 0.5 else 'low'
""",
    "while_index": """
def decide(labels):
    i = 0
    while i < len(labels):
        if labels[i].description == 'Stop': break
        if labels[i].score < 0.2:
            i += 2
            continue
        i += 1
    else:
        return 'end'
    return i
""",
    "nested_loops_targets_outside": """
def decide(labels):
    for t in ['Cat', 'Dog', 'Bird']:
        for l in labels:
            if l.description == t:
                break
        else:
            continue
        return t
    return 'none'
""",
    "enumerate_zip_map_filter": """
def decide(labels):
    names = list(map(lambda l: l.description, labels))
    high = list(filter(lambda l: l.score > 0.5, labels))
    for i, (n, l) in enumerate(zip(names, labels)):
        if n == 'Dog' and i == 0: return 'first'
    return len(high) > 1 and names[-1] == high[-1].description
""",
    "dispatch_table": """
def a(): return 'A'
def b(x=2): return 'B%d' % x
TABLE = {'Dog': a, 'Cat': b, 'Kitten': b}
def decide(labels):
    for l in labels:
        if l.description in TABLE: return TABLE[l.description]()
    return TABLE.get('Bird', lambda: 'default')()
""",
    "dictionary_of_lists": """
GROUPS = {'pet': ['Dog', 'Cat'], 'wild': ['Lion', 'Bear'], 'food': ('Pizza',)}
def decide(labels):
    hits = {g: 0 for g in GROUPS}
    for l in labels:
        for g, words in GROUPS.items():
            if l.description in words: hits[g] += 1
    best = max(hits, key=hits.get)
    return best if hits[best] else 'none'
""",
    "exceptions": """
class NotFound(Exception):
    def __init__(self, what):
        super().__init__('not found: ' + what)
        self.what = what
def find(labels, what):
    for l in labels:
        if l.description == what: return l.score
    raise NotFound(what)
def decide(labels):
    try:
        s = find(labels, 'Dog')
    except NotFound as e:
        return str(e) + e.what
    except (ValueError, KeyError): return 'never'
    else:
        return s > 0.5
    finally:
        pass
""",
}
