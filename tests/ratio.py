"""How near plans come to the best there is: `python -m tests.ratio [WORLDS]` prints mean and worst.

Random customers with up to four candidates are planned, and every order and option of the same
candidates is tried by brute force.
"""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, given, settings

from tests.builders import World
from tests.core.worlds import GRID, races
from tests.oracle import best_score_first, field_of, greatest_total, total


def main(examples: int) -> None:
    """Print the share of the greatest total that plans reach, and that best-score-first would."""
    plans, greedy = list[float](), list[float]()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(races(4))
    def compare(world: World) -> None:
        found = field_of(world, world.people, step=GRID)
        if all(each.category.counts or not each.category.obeys_caps for each in found.runners):
            greatest = float(greatest_total(found))
            if greatest > 0:
                score = sum(each.score for each in world.decisions())
                plans.append(score / greatest)
                greedy.append(float(total(best_score_first(found))) / greatest)

    compare()
    for name, ratios in (("plan", plans), ("best-score-first", greedy)):
        mean, worst = sum(ratios) / len(ratios), min(ratios)
        print(f"{name}: {len(ratios):,} customers, mean {mean:.4%}, worst {worst:.4%} of the best")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
