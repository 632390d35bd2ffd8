"""Gauss-Legendre quadrature with 16 points: exact for polynomials up to degree 31.

Abscissas and weights: Abramowitz and Stegun, Handbook of Mathematical Functions, table 25.4.
"""

from __future__ import annotations

_HALF = (
    (0.09501250983763744019, 0.18945061045506849629),
    (0.28160355077925891323, 0.18260341504492358887),
    (0.45801677765722738634, 0.16915651939500253819),
    (0.61787624440264374845, 0.14959598881657673208),
    (0.75540440835500303390, 0.12462897125553387205),
    (0.86563120238783174388, 0.09515851168249278481),
    (0.94457502307323257608, 0.06225352393864789286),
    (0.98940093499164993260, 0.02715245941175409485),
)
POINTS = tuple((sign * x, weight) for x, weight in _HALF for sign in (-1, 1))
"""Abscissas and weights for the integral from -1 to 1."""
