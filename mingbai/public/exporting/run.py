"""One export: compare what the pages depend on with what the folder says, render what differs, remove what is gone."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.conf import settings

from mingbai.communities.models import Community
from mingbai.public.exporting.links import Links, forward, without_day
from mingbai.public.exporting.manifest import Folder, Stand
from mingbai.public.exporting.rendering import Answer, ask, origin, release, static_files
from mingbai.public.exporting.routes import Address, Options, addresses, file_of, of_year, year_in
from mingbai.public.exporting.state import state_of, wide_key
from mingbai.public.exporting.tables import Touched, fingerprint, touched, wide_rows

FEEDS = frozenset({"application/atom+xml", "application/xml", "text/xml"})


@dataclass(slots=True)
class Report:
    """What a run did, in files. ``failed``: addresses that the site couldn't answer, each with the status."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[tuple[str, int]] = field(default_factory=list)


class Job(NamedTuple):
    address: Address
    key: str


Say = Callable[[str, int, int], None]


def silent(what: str, done: int, of: int) -> None:
    """Nobody watches."""


class Run:
    """``everything``: render every page, whatever the fingerprints say. ``say`` hears of (what, how many are done, of
    how many) as the work goes on."""

    def __init__(self, folder: Folder, options: Options, *, everything: bool = False, say: Say = silent) -> None:
        self.folder, self.options, self.everything, self.say = folder, options, everything, say
        self.report = Report()
        # Damaged file → what it belongs to.
        self.damaged: dict[str, str] = {}
        # What there is in the export, and folder → what there isn't in it, as the site has no such page.
        self.files: set[str] = set()
        self.absent: dict[str, list[str]] = defaultdict(list)
        self.links = Links(self.files, settings.PUBLIC_URL, (settings.PUBLIC_URL, origin()))
        self.only: Community | None = None

    def export(self, communities: Sequence[Community], today: date) -> Report:
        """The pages of these communities into the folder, as they are on ``today``."""
        self.only = communities[0] if len(communities) == 1 else None
        self.damaged = self.folder.damaged()
        site_key = fingerprint(release(), settings.PUBLIC_URL, origin(), self.options, wide_rows(None))
        states, stands, groups = [], {}, self.folder.groups()
        groups_of: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            groups_of[group.partition("/")[0]].add(group)
        untouched: set[str] = set()
        for community in communities:
            wide = wide_key(community, site_key)
            about = self._to_look_at(community, today, Stand(wide, today.isoformat(), 0))
            states.append(state_of(community, today, wide, about))
            stands[community.slug] = Stand(wide, today.isoformat(), states[-1].revision)
            if about is not None:
                of_years = {f"{community.slug}/{of_year(year)}" for year in about.years}
                untouched |= groups_of[community.slug] - states[-1].looked_at - of_years
        self.folder.look_at(groups - untouched)
        self._bring_up(list(addresses(states, self.options)))
        # What failed is asked for again, whoever did anything.
        self.folder.save({} if self.report.failed else stands)
        self.report.unchanged = len(self.folder.files) - self.report.written
        return self.report

    def _to_look_at(self, community: Community, today: date, now: Stand) -> Touched | None:
        """The obligations and years of which something may have changed since the last run; None: of all.

        On the same day only an act changes anything, and an act names what it was about (decision 0007).
        """
        last = self.folder.stands.get(community.slug)
        if self.everything or last is None or last._replace(revision=0) != now:
            return None
        about = touched(community, last.revision, today)
        if about is None:
            return None
        items, obligations, years = set(about.items), dict(about.obligations), set(about.years)
        for slug, name, *pk in (of.split("/") for of in self.damaged.values() if of):
            if slug != community.slug:
                continue
            if (year := year_in(name)) is not None:
                years.add(year)
            else:
                items.add(name)
                obligations |= {int(each): name for each in pk if each.isdecimal()}
        return Touched(frozenset(items), obligations, frozenset(years))

    def _bring_up(self, known: Sequence[Address]) -> None:
        """Write what differs and remove what is gone; what isn't looked at stays as it is."""
        self.files |= self.folder.files - self.folder.entries.keys()
        self.files |= {address.file for address in known}
        for url, body in static_files():
            self.files.add(file_of(url))
            self._put(file_of(url), "", "", body)
        wanted = set(self.files)
        self._render("文件", [address for address in known if not address.url.endswith("/")])
        self._render("网页", [address for address in known if address.url.endswith("/")])
        for file in [file for file in self.folder.entries if file not in wanted]:
            self.report.removed += self.folder.remove(file)

    def _render(self, what: str, known: Sequence[Address]) -> None:
        jobs = [job for address in known if (job := self._job(address)) is not None]
        self.folder.claim(job.address.file for job in jobs)
        for done, job in enumerate(jobs, 1):
            self._write(job, self._ask(job.address))
            self.say(what, done, len(jobs))

    def _job(self, address: Address) -> Job | None:
        """What has to be rendered for an address; None while the file that is there still holds.

        A page doesn't link to a file beside it that there isn't, so it depends on that too.
        """
        missing = self.absent.get(posixpath.dirname(address.file))
        key = fingerprint(address.page.key, missing) if missing else address.page.key
        entry = self.folder.entries.get(address.file)
        if self.everything or entry is None or entry.key != key or address.file in self.damaged:
            return Job(address, key)
        if not entry.is_file:
            self._leave_out(address)
        return None

    def _ask(self, address: Address) -> Answer:
        if address.url == "/" and self.only is not None:
            return Answer(302, "", b"", f"/c/{self.only.slug}/")
        return ask(address.url)

    def _write(self, job: Job, answer: Answer) -> None:
        address, body = job.address, self._body(job.address, answer)
        if body is not None:
            self._put(address.file, job.key, address.of, body)
        elif address.page.optional and answer.status in (404, 422):
            self.report.removed += self.folder.put_nothing(address.file, job.key, address.of)
            self._leave_out(address)
        else:
            # What can't be made new may not stay as it was: there could be names in it.
            self.report.removed += self.folder.remove(address.file)
            self.report.failed.append((address.url, answer.status))

    def _body(self, address: Address, answer: Answer) -> bytes | None:
        """The file's bytes; None where the answer is none that can be read from a folder."""
        if answer.status in (301, 302):
            target = self.links.to(answer.location, address.url)
            return forward(target).encode() if target is not None else None
        if answer.status != 200:
            return None
        if answer.media_type == "text/html":
            page = answer.body.decode()
            return self.links.in_html(page if address.page.daily else without_day(page), address.url).encode()
        if answer.media_type in FEEDS:
            return self.links.in_xml(answer.body.decode(), address.url).encode()
        return answer.body

    def _put(self, file: str, key: str, of: str, body: bytes) -> None:
        self.report.written += self.folder.put(file, key, of, body, damaged=file in self.damaged)

    def _leave_out(self, address: Address) -> None:
        self.files.discard(address.file)
        self.absent[posixpath.dirname(address.file)].append(address.file)
