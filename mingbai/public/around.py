"""What stands around a version on its page: what residents asked, what the supervision committee found, whose
consultation it is, which decisions it tells of, and where its sheet was seen. Most versions have none of these: then
nothing is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date

from django.db.models import Value

from mingbai.carriers.models import Hanging, Photo, Posting, Sighting
from mingbai.carriers.sightings import EVIDENCE, postings_with_evidence
from mingbai.communities.keeping import kept
from mingbai.communities.queries import revision_of
from mingbai.consultations.models import Consultation
from mingbai.consultations.queries import consultation_on
from mingbai.disclosures.models import Version
from mingbai.followups.models import Decision, Step
from mingbai.followups.queries import decisions_on
from mingbai.residents.models import Feedback
from mingbai.residents.queries import Told, feedback_on
from mingbai.supervision.models import Concern
from mingbai.supervision.watching import Found, concerns_on


@dataclass(frozen=True, slots=True)
class Around:
    """``asked``, ``concerns``, ``consultation`` and ``decisions`` are of any version of the same disclosure."""

    postings: list[Posting]
    asked: list[Told]
    concerns: list[Found]
    consultation: Consultation | None
    decisions: list[Decision]


def around(version: Version, today: date) -> Around:
    known, disclosure = _known(version.community_id, revision_of(version.community), today), version.disclosure_id
    return Around(
        postings=postings_with_evidence(version, today, only={kind for kind in EVIDENCE if version.pk in known[kind]}),
        asked=feedback_on(version, today) if disclosure in known["asked"] else [],
        concerns=concerns_on(version, today) if disclosure in known["found"] else [],
        consultation=consultation_on(version) if disclosure in known["consulted"] else None,
        decisions=decisions_on(version) if disclosure in known["decided"] else [],
    )


@kept(maxsize=32)
def _known(community_id: int, revision: int, today: date) -> Mapping[str, Set[int]]:
    """Which disclosures (asked, found, consulted, decided) and which versions (hangings, photos, sightings) have any:
    one query a revision. The sightings of ``today`` aren't told yet, so that a page stays true until midnight."""
    parts = [
        Feedback.objects.filter(community=community_id).values_list(Value("asked"), "version__disclosure"),
        Concern.objects.filter(community=community_id).values_list(Value("found"), "obligation__disclosure"),
        Consultation.objects.filter(community=community_id).values_list(Value("consulted"), "version__disclosure"),
        Consultation.objects.filter(community=community_id).values_list(Value("consulted"), "result__disclosure"),
        Decision.objects.filter(community=community_id).values_list(Value("decided"), "obligation__disclosure"),
        Step.objects.filter(decision__community=community_id).values_list(Value("decided"), "obligation__disclosure"),
        Hanging.objects.filter(posting__community=community_id).values_list(Value("hangings"), "posting__version"),
        Photo.objects.filter(posting__community=community_id).values_list(Value("photos"), "posting__version"),
        Sighting.objects.filter(version__community=community_id, on__lt=today).values_list(
            Value("sightings"), "version"
        ),
    ]
    first, *others = (part.order_by() for part in parts)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for kind, pk in first.union(*others):
        found[kind].add(pk)
    return found
