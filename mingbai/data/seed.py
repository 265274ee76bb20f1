"""The catalogue document that ships with the project: 金安社区居务公开事项标准目录, as its community printed it."""

from __future__ import annotations

from pathlib import Path

SEED_CATALOGUE = Path(__file__).parent / "jinan-catalogue.txt"
