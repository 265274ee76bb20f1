"""The page of packs where there is little to hand over."""

from __future__ import annotations

from django.test import Client

from tests.conftest import Cast


def test_a_community_without_a_catalogue_has_nothing_to_hand_over(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.neighbours_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert "还没有采用标准目录" in client.get("/desk/neighbour/packs/").content.decode()
    assert client.get("/desk/neighbour/packs/ledger-2026.csv").status_code == 404
