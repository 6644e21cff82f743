"""One case: a plan in one style, analysed and compared with its meaning and with CPython."""

import random
from dataclasses import dataclass

import gen_judge
from gen_drawing import draw_plan, draw_rows
from gen_forms import form
from gen_plans import Select
from gen_programs import render
from gen_services import SCALARS, SERVICES

from chameleonapi.analysis import Budget, analyze

QUICK = Budget(verification_answers=150)


@dataclass(frozen=True)
class Case:
    """One application made from a seed and a style; ``problems`` is empty if all agrees."""

    seed: int
    style: int
    plan: object
    api: str
    program: object
    process: object
    problems: tuple
    form: object = None


def draw_case(seed, style, shape=None):
    """Return the plan, its API and one rendering of it."""
    api, plan = draw_plan(random.Random(f"plan {seed}"), shape)
    return plan, api, render(plan, api, random.Random(f"style {seed} {style}"))


def write(program, folder):
    """Write the files of an application."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in program.files.items():
        (folder / name).write_text(text, encoding="utf-8")


def check(seed, style, folder, *, answers=40, judged=8, budget=QUICK, shape=None):
    """Analyse one application, and say where it departs from the plan."""
    plan, api, program = draw_case(seed, style, shape)
    write(program, folder)
    rng = random.Random(f"answers {seed}")
    rows = [draw_rows(rng, api, plan) for _ in range(answers)]
    service = SCALARS.get(api) or SERVICES[api]
    wire = [service.answer(one) for one in rows]
    wanted = [plan.outcome(one) for one in rows]
    problems = [
        f"the generator is wrong: on {wire[i]} CPython says {said}, the plan {wanted[i]}"
        for i in range(min(judged, answers))
        if (said := gen_judge.run(program, wire[i], folder)) != expected_words(plan, wanted[i])
    ]
    report = analyze(folder, budget=budget)
    process, made = None, None
    if len(set(wanted)) > 1 and not problems:
        process, found, names = compare(plan, api, report, wire, wanted)
        problems += found
        made = form(process, names) if process is not None else None
    return Case(seed, style, plan, api, program, process, tuple(problems), made)


def expected_words(plan, outcome):
    if isinstance(plan, Select):
        return [name for _, name in plan.cases if name in outcome]
    return [outcome]


def compare(plan, api, report, wire, wanted):
    """Return the process of a report, what is wrong with it, and the plan's names of its outcomes."""
    if len(report.processes) != 1:
        shown = [(one.code, one.message) for one in report.gaps]
        return None, [f"{len(report.processes)} processes, gaps {shown}"], {}
    process = report.processes[0]
    problems = []
    if process.api != api:
        problems.append(f"the API is {process.api}")
    if process.status.name != "COMPLETE":
        problems.append(
            f"{process.status.name}: {[(one.code, one.message) for one in process.gaps]}"
        )
    forth, back = {}, {}
    for answer, name in zip(wire, wanted, strict=True):
        outcome = process.decide(answer).id
        if forth.setdefault(name, outcome) != outcome:
            problems.append(f"{name} is {forth[name]} and {outcome}: {answer}")
            break
        if back.setdefault(outcome, name) != name:
            problems.append(f"{outcome} stands for {back[outcome]} and {name}: {answer}")
            break
    return process, problems, back
