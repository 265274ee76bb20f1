"""The packs that ship: column maps for tables that other people's programs and offices ask for."""

from pathlib import Path

PACKS = Path(__file__).parent
