"""How large type must be to be read from a distance, and how large a paper can carry it.

Two sources. Text that is to be read in comfort subtends 20 to 22 minutes of arc (ISO 9241-3): we take 20′. And nobody
is asked for better eyes than an old person's: ISO 24509 (JIS S 0032) gives the least legible size of a Chinese
character of 5 to 10 strokes in a sans serif as P = 8.1 · S + 3.4 points, S = metres / acuity. At half a metre a
seventy-year-old's acuity is 0.4, hence 13.5 points: type is never smaller. From one metre on, 20′ is what an acuity of
0.5 to 0.56 reads by the same formula.
"""

from __future__ import annotations

import math

ARC_MINUTES = 20
POINT_MM = 25.4 / 72
# A Chinese character of the board's font fills this much of its square.
GLYPH = 0.92
LEAST_POINTS = 13.5
# A shorter line is no line to be read; on a longer one the eye loses its way back.
SHORTEST_LINE, LONGEST_LINE = 18, 45
NEAREST_CM, FARTHEST_CM = 40, 500
USUAL_CM = 100


def points_for(distance_cm: int) -> float:
    """The type size, in points, that can be read from ``distance_cm``."""
    height_mm = 2 * distance_cm * 10 * math.tan(math.radians(ARC_MINUTES / 60) / 2)
    return max(LEAST_POINTS, round(height_mm / GLYPH / POINT_MM, 1))


def points_on(narrow_mm: float, line_mm: float, distance_cm: int) -> float:
    """The size for a paper whose lines are ``line_mm`` long, and ``narrow_mm`` when it stands upright.

    As large as the distance asks for, larger where lines would be longer than 45 characters, and never so large that
    an upright one holds fewer than 18.
    """
    wanted = max(points_for(distance_cm), _points(line_mm / LONGEST_LINE))
    return min(wanted, largest_on(narrow_mm))


def largest_on(narrow_mm: float) -> float:
    return _points(narrow_mm / SHORTEST_LINE)


def farthest_for(narrow_mm: float) -> int:
    """From how many centimetres a paper can be read at best, in steps of ten."""
    return max(cm for cm in range(NEAREST_CM, FARTHEST_CM + 1, 10) if points_for(cm) <= largest_on(narrow_mm))


def _points(millimetres: float) -> float:
    return math.floor(millimetres / POINT_MM * 10) / 10
