"""Spellings of whole decisions: the body of a function of ``rows`` that returns the outcome."""

from gen_conditions import condition, counted
from gen_matching import element_test
from gen_plans import Bands, Best, Choice, Counted, First, Select, Tree, Word
from gen_writer import indented, quoted


def body(writer, plan, rows):
    """Return lines that end with the return of the outcome: a text, or a list of texts."""
    match plan:
        case Choice():
            return _choice(writer, plan, rows)
        case First():
            return _first(writer, plan, rows)
        case Best():
            return _best(writer, plan, rows)
        case Select():
            return _select(writer, plan, rows)
        case Counted():
            return _counted(writer, plan, rows)
        case Tree():
            return _tree(writer, plan, rows)
        case Bands():
            return _bands(writer, plan, rows)
        case Word():
            return _word(writer, plan, rows)
    raise AssertionError(plan)


# -- application order


def _choice(writer, plan, rows):
    parts = [(condition(writer, part, rows), quoted(name)) for part, name in plan.cases]
    default = quoted(plan.default)
    before = [line for (lines, _), _ in parts for line in lines]
    texts = [(text, name) for (_, text), name in parts]
    made = writer.fresh("result", "answer", "verdict", "out")
    early = []
    for (lines, text), name in parts:
        early += [*lines, f"if {text}:", f"    return {name}"]
    early.append(f"return {default}")
    chain = [*before]
    for number, (text, name) in enumerate(texts):
        chain += [f"{'el' if number else ''}if {text}:", f"    {made} = {name}"]
    chain += ["else:", f"    {made} = {default}", f"return {made}"]
    backwards = [*before, f"{made} = {default}"]
    for text, name in reversed(texts):
        backwards += [f"if {text}:", f"    {made} = {name}"]
    backwards.append(f"return {made}")
    ternary = " else ".join(f"{name} if {text}" for text, name in texts)
    nested = [*before]
    for depth, (text, name) in enumerate(texts):
        nested += indented([f"if {text}:", f"    {made} = {name}", "else:"], depth)
    nested += [*indented([f"{made} = {default}"], len(texts)), f"return {made}"]
    table = ", ".join(f"({text}, {name})" for text, name in texts)
    by_truth = ", ".join(f"bool({text})" for text, _ in texts)
    if len(texts) == 1:
        dispatch = [
            *before,
            f"return {{True: {texts[0][1]}, False: {default}}}[bool({texts[0][0]})]",
        ]
    else:
        names = ", ".join(name for _, name in texts)
        dispatch = [
            *before,
            f"{made} = [{by_truth}, True]",
            f"return [{names}, {default}][{made}.index(True)]",
        ]
    matched = [*before, f"match ({by_truth},):"]
    for number, (_, name) in enumerate(texts):
        pattern = ", ".join("True" if i == number else "_" for i in range(len(texts)))
        matched += indented([f"case ({pattern},):", f"    return {name}"])
    matched += indented(["case _:", f"    return {default}"])
    raising = [*before, "try:"]
    for text, name in texts:
        raising += indented([f"if {text}:", f"    raise LookupError({name})"])
    raising += [f"    return {default}", "except LookupError as found:", "    return found.args[0]"]
    return writer.pick(
        early, early, chain, chain, backwards, nested, dispatch, matched, raising,
        [*before, f"return {ternary} else {default}"],
        [*before, f"return next((name for is_so, name in [{table}] if is_so), {default})"],
        [*before, f"for is_so, {made} in [{table}]:", "    if is_so:", f"        return {made}", f"return {default}"],
        [*before, f"for is_so, {made} in ({table},):", "    if is_so:", "        break", "else:", f"    {made} = {default}", f"return {made}"],
    )  # fmt: skip


# -- order of the API


def _cases(writer, plan, row, finish):
    """Return an if chain over the cases inside the loop."""
    lines = []
    chained = writer.pick(True, False)
    for number, (match, name) in enumerate(plan.cases):
        word = "elif" if chained and number else "if"
        lines += [f"{word} {element_test(writer, match, row)}:", *indented(finish(quoted(name)))]
    return lines


def _first(writer, plan, rows):
    row = writer.fresh("label", "item", "x", "entry")
    made = writer.fresh("result", "answer", "verdict")
    default = quoted(plan.default)
    order = (
        rows
        if not plan.from_end
        else writer.pick(f"{rows}[::-1]", f"reversed({rows})", f"list(reversed({rows}))")
    )
    returning = [
        f"for {row} in {order}:",
        *indented(_cases(writer, plan, row, lambda name: [f"return {name}"])),
        f"return {default}",
    ]
    name_of = writer.fresh("kind_of", "classify", "group")
    inner = _cases(writer, plan, "one", lambda name: [f"return {name}"])
    helper = [f"def {name_of}(one):", *indented(inner), "    return None"]
    breaking = [f"{made} = {default}", f"for {row} in {order}:"]
    for number, (match, name) in enumerate(plan.cases):
        test = element_test(writer, match, row)
        breaking += indented(
            [f"{'el' if number else ''}if {test}:", f"    {made} = {quoted(name)}", "    break"]
        )
    guarded = [f"{made} = None", f"for {row} in {order}:"]
    for match, name in plan.cases:
        guarded += indented(
            [
                f"if {made} is None and {element_test(writer, match, row)}:",
                f"    {made} = {quoted(name)}",
            ]
        )
    options = [
        returning,
        returning,
        [*breaking, f"return {made}"],
        [*guarded, writer.pick(f"return {made} or {default}", f"return {default} if {made} is None else {made}")],
        [*helper, f"return next(({name_of}(one) for one in {order} if {name_of}(one)), {default})"],
        [*helper, f"{made} = [{name_of}(one) for one in {order}]", f"{made} = [one for one in {made} if one]", f"return {made}[0] if {made} else {default}"],
        [*helper, f"for {row} in {order}:", f"    if ({made} := {name_of}({row})) is not None:", f"        return {made}", f"return {default}"],
        [*helper, f"{made} = list(filter(None, map({name_of}, {order})))", "try:", f"    return {made}[0]", "except IndexError:", f"    return {default}"],
        [*helper, "def walk(rest):", "    if not rest:", f"        return {default}", f"    return {name_of}(rest[0]) or walk(rest[1:])", f"return walk(list({order}))"],
    ]  # fmt: skip
    if plan.from_end:
        last = [f"{made} = {default}", f"for {row} in {rows}:"]
        for number, (match, name) in enumerate(plan.cases):
            test = element_test(writer, match, row)
            last += indented(
                [f"{'el' if number else ''}if {test}:", f"    {made} = {quoted(name)}"]
            )
        options += [[*last, f"return {made}"]] * 3
    if all(
        one.mode == "exact" and not one.is_negated and one.score is None for one, _ in plan.cases
    ):
        table = {word: name for match, name in reversed(plan.cases) for word in match.words}
        shown = ", ".join(f"{quoted(word)}: {quoted(name)}" for word, name in table.items())
        name = writer.name_of(row)
        dispatched = writer.fresh("ACTIONS", "TABLE_OF", "DISPATCH")
        writer.head.append(f"{dispatched} = {{{shown}}}")
        options += [
            [f"for {row} in {order}:", f"    if {name} in {dispatched}:", f"        return {dispatched}[{name}]", f"return {default}"],
            [f"for {row} in {order}:", "    try:", f"        return {dispatched}[{name}]", "    except KeyError:", "        continue", f"return {default}"],
            [f"return next(({dispatched}[{name}] for {row} in {order} if {name} in {dispatched}), {default})"],
        ]  # fmt: skip
        subject = [f"for {row} in {order}:", f"    match {name}:"]
        for match, outcome in plan.cases:
            subject += [
                f"        case {' | '.join(map(quoted, match.words))}:",
                f"            return {quoted(outcome)}",
            ]
        options.append([*subject, f"return {default}"])
    return writer.rng.choice(options)


# -- the best by score


def _best(writer, plan, rows):
    row = writer.fresh("best", "top", "winner")
    score = writer.score_of("one")
    chosen = writer.pick(
        [f"{row} = max({rows}, key=lambda one: {score})"],
        [f"{row} = sorted({rows}, key=lambda one: {score}, reverse=True)[0]"],
        [f"{row} = sorted({rows}, key=lambda one: -{score})[0]"],
        [f"{row} = None", f"for one in {rows}:", f"    if {row} is None or {score} > {writer.score_of(row)}:", f"        {row} = one"],
        [f"{row} = {rows}[0]", f"for one in {rows}[1:]:", f"    if {score} > {writer.score_of(row)}:", f"        {row} = one"],
    )  # fmt: skip
    tests = _cases(writer, plan, row, lambda name: [f"return {name}"])
    default = quoted(plan.default)
    return writer.pick(
        [f"if not {rows}:", f"    return {default}", *chosen, *tests, f"return {default}"],
        [f"if len({rows}) > 0:", *indented(chosen), *indented(tests), f"return {default}"],
    )


# -- several at once


def _select(writer, plan, rows):
    parts = [(condition(writer, part, rows), quoted(name)) for part, name in plan.cases]
    before = [line for (lines, _), _ in parts for line in lines]
    texts = [(text, name) for (_, text), name in parts]
    made = writer.fresh("result", "actions", "chosen")
    appended = [f"{made} = []"]
    for (lines, text), name in parts:
        appended += [*lines, f"if {text}:", f"    {made}.append({name})"]
    table = ", ".join(f"{name}: {text}" for text, name in texts)
    pairs = ", ".join(f"({name}, {text})" for text, name in texts)
    summed = [*before, f"{made} = []"]
    for text, name in texts:
        summed += [f"{made} += [{name}] if {text} else []"]
    bits = [*before, f"{made} = 0"]
    names = ", ".join(name for _, name in texts)
    for number, (text, _) in enumerate(texts):
        bits += [f"if {text}:", f"    {made} |= {1 << number}"]
    bits.append(f"return [name for bit, name in enumerate([{names}]) if {made} & (1 << bit)]")
    return writer.pick(
        [*appended, f"return {made}"],
        [*appended, f"return {made}"],
        [
            *before,
            f"{made} = {{{table}}}",
            f"return [name for name, is_so in {made}.items() if is_so]",
        ],
        [*before, f"return [name for name, is_so in [{pairs}] if is_so]"],
        [*summed, f"return {made}"],
        bits,
    )


# -- numbers


def _steps(writer, value, steps, names, number):
    """Return lines that choose the name by how many steps the expression reaches."""
    quoted_names = [quoted(one) for one in names]
    falling = list(zip(reversed(steps), reversed(quoted_names[1:]), strict=True))
    down = []
    for step, name in falling:
        down += [f"if {value} >= {number(step)}:", f"    return {name}"]
    down.append(f"return {quoted_names[0]}")
    up = []
    for step, name in zip(steps, quoted_names, strict=False):
        up += [f"{'if' if not up else 'elif'} {value} < {number(step)}:", f"    return {name}"]
    up += ["else:", f"    return {quoted_names[-1]}"]
    between = []
    for low, high, name in zip(steps, steps[1:], quoted_names[1:], strict=False):
        between += [f"if {number(low)} <= {value} < {number(high)}:", f"    return {name}"]
    between += [
        f"return {quoted_names[-1]} if {value} >= {number(steps[-1])} else {quoted_names[0]}"
    ]
    listed = ", ".join(number(one) for one in steps)
    summed = [f"return [{', '.join(quoted_names)}][sum({value} >= step for step in [{listed}])]"]
    return writer.pick(down, up, between, summed)


def _counted(writer, plan, rows):
    lines, number = counted(writer, plan.match, rows)
    value = writer.fresh("how_many", "amount", "score")
    return [
        *lines,
        f"{value} = {number}",
        *_steps(writer, value, plan.steps, plan.names, writer.pick(str, str)),
    ]


def _bands(writer, plan, rows):
    return _steps(writer, rows, plan.cuts, plan.names, repr)


# -- nested conditions


def _tree(writer, plan, rows):
    lines, text = condition(writer, plan.part, rows)
    yes, no = (
        [f"return {quoted(one)}"] if isinstance(one, str) else body(writer, one, rows)
        for one in (plan.yes, plan.no)
    )
    return writer.pick(
        [*lines, f"if {text}:", *indented(yes), "else:", *indented(no)],
        [*lines, f"if not ({text}):", *indented(no), *yes],
        [*lines, f"if {text}:", *indented(yes), *no],
    )


# -- one word


def _word(writer, plan, rows):
    default = quoted(plan.default)
    chain, matched, table = [], [f"match {rows}:"], []
    for words, name in plan.cases:
        shown = writer.words(words)
        test = f"{rows} == {quoted(words[0])}" if len(words) == 1 else f"{rows} in {shown}"
        chain += [f"if {test}:", f"    return {quoted(name)}"]
        matched += indented(
            [f"case {' | '.join(map(quoted, words))}:", f"    return {quoted(name)}"]
        )
        table += [f"{quoted(one)}: {quoted(name)}" for one in words]
    shown = "{" + ", ".join(table) + "}"
    return writer.pick(
        [*chain, f"return {default}"],
        [*matched, *indented(["case _:", f"    return {default}"])],
        [f"return {shown}.get({rows}, {default})"],
        ["try:", f"    return {shown}[{rows}]", "except KeyError:", f"    return {default}"],
        [f"for word, name in {shown}.items():", f"    if word == {rows}:", "        return name", f"return {default}"],
    )  # fmt: skip
