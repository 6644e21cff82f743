"""Spellings of a test on one element."""

import re

from gen_writer import quoted


def element_test(writer, match, row):
    """Return an expression that is true when the element ``row`` matches."""
    text = _names(writer, match, row)
    if match.score is None:
        return text
    limit = _score(writer, match, row)
    return writer.pick(f"{text} and {limit}", f"{limit} and {text}")


def _score(writer, match, row):
    score, limit = writer.score_of(row), writer.number(match.score)
    if match.is_strict:
        return writer.pick(f"{score} > {limit}", f"{limit} < {score}", f"not {score} <= {limit}")
    return writer.pick(f"{score} >= {limit}", f"{limit} <= {score}", f"not {score} < {limit}")


def _names(writer, match, row):
    positive, negative = _SPELLINGS[match.mode](writer, match.words, writer.name_of(row))
    if not match.is_negated:
        return f"({positive})"
    return writer.pick(f"not ({positive})", f"({negative})" if negative else f"not ({positive})")


def _lowered(writer, words):
    return writer.words(tuple(word.lower() for word in words))


def _exact(writer, words, name):
    listed = writer.words(words)
    word = quoted(words[0])
    options = [
        (f"{name} in {listed}", f"{name} not in {listed}"),
        (f"{name} in set({listed})", f"{name} not in frozenset({listed})"),
        (f"any({name} == word for word in {listed})", f"all({name} != word for word in {listed})"),
        (f"{listed}.count({name}) > 0", f"{listed}.count({name}) == 0"),
        (f"{name} in dict.fromkeys({listed}, True)", ""),
        (f"{name} in {{word: 1 for word in {listed}}}", ""),
        (f"{{{name}}} & set({listed})", f"{{{name}}}.isdisjoint({listed})"),
        (f'{name} in "|".join({listed}).split("|")', ""),
        (f'f"{{{name}}}" in {listed}' if '"' not in name else f"str({name}) in {listed}", ""),
        (f"len([word for word in {listed} if word == {name}])", ""),
    ]
    if len(words) == 1:
        options += [(f"{name} == {word}", f"{name} != {word}")] * 3
        options.append((f"{word} == {name}", f"not {word} == {name}"))
    else:
        chain = " or ".join(f"{name} == {quoted(w)}" for w in words)
        options += [
            (chain, " and ".join(f"{name} != {quoted(w)}" for w in words)),
            (f"{name} in {{{', '.join(map(quoted, words))}}}", ""),
        ]
    return writer.rng.choice(options)


def _lower(writer, words, name):
    listed = _lowered(writer, words)
    pattern = quoted("|".join(re.escape(word.lower()) for word in words))
    options = [
        (f"{name}.lower() in {listed}", f"{name}.lower() not in {listed}"),
        (f"{name}.lower().strip() in {listed}", ""),
        (f"{name}.casefold() in {listed}", ""),
        (f"any({name}.lower() == word.lower() for word in {listed})", ""),
        (f"{name}.upper() in [word.upper() for word in {listed}]", ""),
        (f"{name}.lower() in set(map(str.lower, {listed}))", ""),
        (f"re.fullmatch({pattern}, {name}, re.IGNORECASE)", ""),
        (f"str({name}).lower() in {listed}", ""),
    ]
    return writer.rng.choice(options)


def _inside(writer, words, name):
    listed = _lowered(writer, words)
    word = quoted(words[0].lower())
    pattern = quoted("|".join(re.escape(word.lower()) for word in words))
    options = [
        (
            f"any(word in {name}.lower() for word in {listed})",
            f"all(word not in {name}.lower() for word in {listed})",
        ),
        (f"any([word in {name}.lower() for word in {listed}])", ""),
        (f"re.search({pattern}, {name}, re.I)", ""),
        (f"re.search({pattern}, {name}.lower()) is not None", ""),
        (f"sum(word in {name}.lower() for word in {listed}) > 0", ""),
        (f"[word for word in {listed} if word in {name}.lower()]", ""),
        (f"max({name}.lower().find(word) for word in {listed}) >= 0", ""),
        (f"next((True for word in {listed} if word in {name}.lower()), False)", ""),
    ]
    if len(words) == 1:
        options += [
            (f"{word} in {name}.lower()", f"{word} not in {name}.lower()"),
            (f"{name}.lower().find({word}) >= 0", f"{name}.lower().find({word}) == -1"),
            (f"{name}.lower().count({word})", f"{name}.lower().count({word}) == 0"),
            (f'{name}.lower().replace({word}, "") != {name}.lower()', ""),
            (f"len({name}.lower().split({word})) > 1", ""),
            (f"{name}.lower().partition({word})[1]", ""),
        ]
    return writer.rng.choice(options)


def _prefix(writer, words, name):
    listed = writer.words(words)
    pattern = quoted("|".join(re.escape(word) for word in words))
    options = [
        (f"{name}.startswith(tuple({listed}))", ""),
        (f"any({name}.startswith(word) for word in {listed})", ""),
        (f"any({name}[:len(word)] == word for word in {listed})", ""),
        (f"re.match({pattern}, {name})", ""),
        (f"any({name}.find(word) == 0 for word in {listed})", ""),
    ]
    if len(words) == 1:
        options.append((f"{name}.startswith({quoted(words[0])})", ""))
    return writer.rng.choice(options)


def _suffix(writer, words, name):
    listed = writer.words(words)
    options = [
        (f"{name}.endswith(tuple({listed}))", ""),
        (f"any({name}.endswith(word) for word in {listed})", ""),
        (f"any({name}[-len(word):] == word for word in {listed})", ""),
        (f"any({name}[::-1].startswith(word[::-1]) for word in {listed})", ""),
    ]
    return writer.rng.choice(options)


def _word(writer, words, name):
    listed = _lowered(writer, words)
    options = [
        (f"any(word in {name}.lower().split() for word in {listed})", ""),
        (f"set({name}.lower().split()) & set({listed})", ""),
        (f"not set({listed}).isdisjoint({name}.lower().split())", ""),
        (f"any(part in {listed} for part in {name}.lower().split())", ""),
        (f"[part for part in {name}.lower().split() if part in {listed}] != []", ""),
    ]
    return writer.rng.choice(options)


_SPELLINGS = {
    "exact": _exact,
    "lower": _lower,
    "inside": _inside,
    "prefix": _prefix,
    "suffix": _suffix,
    "word": _word,
}
