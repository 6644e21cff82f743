"""Random decisions in many styles: the analysis finds each again, whatever the style.

``run_generated.py`` tries as many as there is time for; here is a fixed share of them. What a
failure prints is enough to see it again: ``run_generated.py --seed SEED --cases 1 --show``.
"""

import random

import gen_judge
import pytest
from gen_check import check, draw_case, expected_words, write
from gen_drawing import SHAPES, draw_rows
from gen_services import SCALARS, SERVICES

from gaps import GENERATED_DIFFERS, GENERATED_IN_SEVERAL_FORMS

STYLES = 2
SEEDS = range(1000, 1032)
SHARD = 8
SINGLES = range(3000, 3100)  # in one style each: many decisions rather than many styles
MEANINGS = range(2000, 2240)


def shards(seeds, size):
    return [seeds[at : at + size] for at in range(0, len(seeds), size)]


def problems_of(seeds, styles, folder):
    found = []
    for seed in seeds:
        forms = {}
        problems = []
        for style in range(styles):
            case = check(seed, style, folder / f"{seed}-{style}", judged=3)
            problems += [f"seed {seed}, style {style}: {one}" for one in case.problems]
            if case.form is not None:
                forms.setdefault(case.form, style)
        if seed in GENERATED_DIFFERS:
            is_said = problems and all("PARTIAL: [('disagreement'" in one for one in problems)
            problems = [] if is_said else [f"seed {seed} is no longer like its gap: {problems}"]
        found += problems
        if (len(forms) > 1) != (seed in GENERATED_IN_SEVERAL_FORMS):
            found.append(f"seed {seed}: styles {sorted(forms.values())} give {len(forms)} forms")
    return found


@pytest.mark.parametrize("seeds", shards(SEEDS, SHARD), ids=lambda one: str(one[0]))
def test_the_analysis_finds_a_random_decision_again_in_every_style(seeds, tmp_path):
    assert problems_of(seeds, STYLES, tmp_path) == []


@pytest.mark.parametrize("seeds", shards(SINGLES, 10), ids=lambda one: str(one[0]))
def test_the_analysis_finds_a_random_decision_again_in_some_style(seeds, tmp_path):
    found = []
    for seed in seeds:
        case = check(seed, seed % 3, tmp_path / str(seed), answers=30, judged=2)
        found += [f"seed {seed}, style {seed % 3}: {one}" for one in case.problems]
    assert found == []


# 300 programs, two and a half minutes of a core; run_generated.py tries as many more as one likes
@pytest.mark.slow
@pytest.mark.parametrize("seeds", shards(range(10_000, 10_100), 25), ids=lambda one: str(one[0]))
def test_the_analysis_finds_many_random_decisions_again(seeds, tmp_path):
    assert problems_of(seeds, 3, tmp_path) == []


@pytest.mark.parametrize("seeds", shards(MEANINGS, 120), ids=lambda one: str(one[0]))
def test_cpython_agrees_with_what_the_generator_means(seeds, tmp_path):
    """The generator is judged too: else both it and the analysis might be wrong alike."""
    for seed in seeds:
        plan, api, program = draw_case(seed, 0)
        folder = tmp_path / str(seed)
        write(program, folder)
        rng = random.Random(seed)
        service = SCALARS.get(api) or SERVICES[api]
        for _ in range(4):
            rows = draw_rows(rng, api, plan)
            said = gen_judge.run(program, service.answer(rows), folder)
            assert said == expected_words(plan, plan.outcome(rows)), (seed, plan, rows)


def test_every_shape_is_drawn_and_tells_answers_apart():
    seen = set()
    for seed in MEANINGS:
        plan, api, _ = draw_case(seed, 0)
        rng = random.Random(seed)
        outcomes = {plan.outcome(draw_rows(rng, api, plan)) for _ in range(40)}
        seen |= {type(plan).__name__} if len(outcomes) > 1 else set()
    assert seen == {"Choice", "First", "Best", "Select", "Counted", "Tree", "Bands", "Word"}
    assert len(set(SHAPES)) == 13
