"""Spellings of a condition on all elements: lines that come before, and an expression."""

from gen_matching import element_test
from gen_plans import At, AtLeast, Both, Either, Every, InTop, Length, Not, Some
from gen_writer import indented


def condition(writer, part, rows):
    """Return lines and an expression of whether the condition holds for the list ``rows``."""
    match part:
        case Some(match):
            return _some(writer, match, rows)
        case Every(match):
            return _every(writer, match, rows)
        case AtLeast(match, count):
            return _at_least(writer, match, count, rows)
        case Length(count):
            return [], writer.pick(f"len({rows}) >= {count}", f"len({rows}) > {count - 1}")
        case At(index, match):
            return _at(writer, index, match, rows)
        case InTop(count, match):
            return _some(writer, match, f"{rows}[:{count}]")
        case Not(inner):
            lines, text = condition(writer, inner, rows)
            return lines, f"not ({text})"
        case Both(left, right) | Either(left, right):
            before, first = condition(writer, left, rows)
            after, second = condition(writer, right, rows)
            word = "and" if isinstance(part, Both) else "or"
            return before + after, f"({first}) {word} ({second})"
    raise AssertionError(part)


def _some(writer, match, rows):
    row = writer.fresh("label", "item", "x", "tag", "obj")
    test = element_test(writer, match, row)
    flag = writer.fresh("found", "is_there", "hit", "flag")
    options = [
        ([], f"any({test} for {row} in {rows})"),
        ([], f"any([{test} for {row} in {rows}])"),
        ([], f"bool([{row} for {row} in {rows} if {test}])"),
        ([], f"len([1 for {row} in {rows} if {test}]) > 0"),
        ([], f"sum(1 for {row} in {rows} if {test}) >= 1"),
        ([], f"next((True for {row} in {rows} if {test}), False)"),
        ([], f"list(filter(lambda {row}: {test}, {rows}))"),
        ([], f"True in [bool({test}) for {row} in {rows}]"),
        ([], f"not all(not ({test}) for {row} in {rows})"),
        ([f"{flag} = False", f"for {row} in {rows}:", f"    if {test}:", f"        {flag} = True"], flag),
        (
            [f"{flag} = False", f"for {row} in {rows}:", f"    if {test}:", f"        {flag} = True", "        break"],
            flag,
        ),
        (
            [f"for {row} in {rows}:", f"    if {test}:", f"        {flag} = 1", "        break", "else:", f"    {flag} = 0"],
            f"{flag} == 1",
        ),
        ([f"{flag} = []", f"for {row} in {rows}:", f"    if not ({test}):", "        continue", f"    {flag}.append({row})"], flag),
        ([f"{flag} = 0", f"for {row} in {rows}:", f"    if {test}:", f"        {flag} += 1"], f"{flag} > 0"),
        (
            [f"{flag} = None", "try:", f"    {flag} = next(iter([{row} for {row} in {rows} if {test}]))", "except StopIteration:", "    pass"],
            f"{flag} is not None",
        ),
        (
            ["try:", f"    {flag} = [{row} for {row} in {rows} if {test}][0] is not None", "except IndexError:", f"    {flag} = False"],
            flag,
        ),
        (
            [
                f"if not ({flag} := [{row} for {row} in {rows} if {test}]):",
                f"    {flag} = None",
            ],
            f"{flag} is not None",
        ),
        _while(writer, rows, row, test, flag),
        _function(writer, rows, row, test),
        _generator(writer, rows, row, test),
        _enumerated(rows, row, test, flag),
    ]  # fmt: skip
    if match.mode == "exact" and not match.is_negated and match.score is None:
        words = writer.words(match.words)
        name = writer.name_of(row)
        listed = rows if writer.form == "name" else f"[{name} for {row} in {rows}]"
        options += [
            ([], f"set({words}) & set({listed})"),
            ([], f"not set({words}).isdisjoint({listed})"),
            ([], f"any(one in {listed} for one in {words})"),
            ([f"{flag} = {listed}"], " or ".join(f'"{one}" in {flag}' for one in match.words)),
            ([f"{flag} = set({listed})"], f"len({flag}.intersection({words})) > 0"),
            ([f"{flag} = {{{name}: True for {row} in {rows}}}"], f"any({flag}.get(one) for one in {words})"),
            (
                [f"{flag} = False", f"for one in {words}:", f"    for {row} in {rows}:", f"        if one == {name}:", f"            {flag} = True"],
                flag,
            ),
        ]  # fmt: skip
    return writer.rng.choice(options)


def _while(writer, rows, row, test, flag):
    at = writer.fresh("i", "position", "k")
    held = writer.fresh("rest", "these")
    return (
        [
            f"{flag}, {at}, {held} = False, 0, {rows}",
            f"while {at} < len({held}) and not {flag}:",
            f"    {row} = {held}[{at}]",
            f"    {flag} = bool({test})",
            f"    {at} += 1",
        ],
        flag,
    )


def _function(writer, rows, row, test):
    name = writer.fresh("has_any", "contains", "check", "matches")
    body = [f"for {row} in rows:", f"    if {test}:", "        return True", "return False"]
    writer.head += [f"def {name}(rows):", *indented(body)]
    return [], f"{name}({rows})"


def _generator(writer, rows, row, test):
    name = writer.fresh("hits", "matching", "select")
    body = [f"for {row} in rows:", f"    if {test}:", f"        yield {row}"]
    writer.head += [f"def {name}(rows):", *indented(body)]
    return [], writer.pick(
        f"list({name}({rows}))",
        f"next({name}({rows}), None) is not None",
        f"len(list({name}({rows}))) != 0",
        f"sum(1 for _ in {name}({rows}))",
    )


def _enumerated(rows, row, test, flag):
    return (
        [
            f"{flag} = -1",
            f"for index, {row} in enumerate({rows}):",
            f"    if {flag} < 0 and {test}:",
            f"        {flag} = index",
        ],
        f"{flag} != -1",
    )


def _every(writer, match, rows):
    row = writer.fresh("label", "item", "y")
    test = element_test(writer, match, row)
    flag = writer.fresh("is_fine", "ok", "good")
    return writer.pick(
        ([], f"all({test} for {row} in {rows})"),
        ([], f"all([{test} for {row} in {rows}])"),
        ([], f"not [{row} for {row} in {rows} if not ({test})]"),
        ([f"{flag} = True", f"for {row} in {rows}:", f"    if not ({test}):", f"        {flag} = False"], flag),
        ([f"{flag} = True", f"for {row} in {rows}:", f"    {flag} = {flag} and bool({test})"], flag),
        ([], f"sum(bool({test}) for {row} in {rows}) == len({rows})"),
    )  # fmt: skip


def counted(writer, match, rows):
    """Return lines and an expression of how many elements match."""
    row = writer.fresh("label", "item", "z")
    test = element_test(writer, match, row)
    total = writer.fresh("count", "n", "total", "number")
    return writer.pick(
        ([], f"sum(1 for {row} in {rows} if {test})"),
        ([], f"len([{row} for {row} in {rows} if {test}])"),
        ([], f"sum(bool({test}) for {row} in {rows})"),
        ([], f"[bool({test}) for {row} in {rows}].count(True)"),
        ([], f"len(list(filter(lambda {row}: {test}, {rows})))"),
        ([f"{total} = 0", f"for {row} in {rows}:", f"    if {test}:", f"        {total} += 1"], total),
        ([f"{total} = 0", f"for {row} in {rows}:", f"    {total} += 1 if {test} else 0"], total),
        ([f"{total} = []", f"for {row} in {rows}:", f"    if {test}:", f"        {total}.append({row})"], f"len({total})"),
    )  # fmt: skip


def _at_least(writer, match, count, rows):
    lines, number = counted(writer, match, rows)
    return lines, writer.pick(
        f"{number} >= {count}", f"{number} > {count - 1}", f"not {number} < {count}"
    )


def _at(writer, index, match, rows):
    flag = writer.fresh("at_place", "this_one", "picked")
    row = writer.fresh("first", "chosen", "element")
    test = element_test(writer, match, row)
    length = writer.pick(
        f"len({rows}) > {index}", f"len({rows}) >= {index + 1}", *([rows] if index == 0 else [])
    )
    return writer.pick(
        ([f"{flag} = False", f"if {length}:", f"    {row} = {rows}[{index}]", f"    {flag} = bool({test})"], flag),
        ([f"{flag} = False", "try:", f"    {row} = {rows}[{index}]", f"    if {test}:", f"        {flag} = True", "except IndexError:", f"    {flag} = False"], flag),
        ([], f"any({test} for {row} in {rows}[{index}:{index + 1}])"),
        ([], f"any(position == {index} and ({test}) for position, {row} in enumerate({rows}))"),
    )  # fmt: skip
