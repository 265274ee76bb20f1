"""A prepared query answers as the query set that it was made from."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from mingbai.communities.models import Community, Role
from mingbai.communities.prepared import Prepared, padded
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def of_kind(community: Any, kind: Any) -> QuerySet[Role]:
    return Role.objects.filter(community=community, kind=kind).select_related("user", "community").order_by("pk")


def test_the_same_rows_with_what_is_related(cast: Cast, django_assert_num_queries: Any) -> None:
    prepared: Prepared[Role] = Prepared(of_kind, numbers=1, words=1)
    for community in (cast.community, cast.neighbour):
        for kind in Role.Kind.values:
            expected = list(of_kind(community.pk, kind))
            with django_assert_num_queries(1):
                found = prepared(community.pk, kind)
                said = [(role.pk, role.user.username, role.community.slug) for role in found]
            assert said == [(role.pk, role.user.username, role.community.slug) for role in expected]
    assert any(prepared(cast.community.pk, kind) for kind in Role.Kind.values)


def test_a_value_is_a_parameter(cast: Cast) -> None:
    prepared: Prepared[Role] = Prepared(of_kind, numbers=1, words=1)
    assert prepared(cast.community.pk, "clerk' OR '1'='1") == []


def test_as_many_values_as_marks(cast: Cast) -> None:
    prepared: Prepared[Role] = Prepared(of_kind, numbers=1, words=1)
    with pytest.raises(ValueError, match="shorter"):
        prepared(cast.community.pk)


def test_a_mark_that_is_lost_is_told() -> None:
    deaf: Prepared[Community] = Prepared(lambda slug: Community.objects.all(), words=1)
    with pytest.raises(ValueError, match="don't reach the database"):
        deaf("jinan")


def test_keys_are_filled_up(cast: Cast) -> None:
    some: Prepared[Community] = Prepared(lambda *keys: Community.objects.filter(pk__in=keys), numbers=3)
    both = [cast.community.pk, cast.neighbour.pk]
    assert {one.pk for one in some(*padded(both, 3))} == set(both)
    assert padded([7], 3) == [7, 7, 7]
    for keys in ([], [1, 2, 3, 4]):
        with pytest.raises(ValueError, match="room for 1 to 3"):
            padded(keys, 3)
