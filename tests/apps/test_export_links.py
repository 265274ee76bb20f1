"""Links of a page made to work from a folder."""

from __future__ import annotations

import posixpath

import pytest

from mingbai.public.exporting.links import Links, forward, without_day

FILES = {
    "index.html",
    "c/jinan/index.html",
    "c/jinan/v/ABCD2345/index.html",
    "c/jinan/v/ABCD2345/sheet-a4.pdf",
    "c/jinan/v/ABCD2345/files/报告 #1.pdf",
    "c/jinan/owed/7/index.html",
    "s/ABCD2345/index.html",
    "static/mingbai/site.css",
    "static/mingbai/read.js",
}
HERE = "/c/jinan/v/ABCD2345/"
SITE = "https://gongkai.example.org/jw"


def links(living: str = "") -> Links:
    return Links(FILES, living, (living, "http://localhost"))


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        pytest.param('<a href="/c/jinan/">x</a>', '<a href="../../index.html">x</a>', id="a-page"),
        pytest.param('<a class="b" href="/">x</a>', '<a class="b" href="../../../../index.html">x</a>', id="the-root"),
        pytest.param('<a href="/s/ABCD2345/#x">x</a>', '<a href="../../../../s/ABCD2345/index.html#x">x</a>', id="#"),
        pytest.param('<a href="sheet-a4.pdf">x</a>', '<a href="sheet-a4.pdf">x</a>', id="already-relative"),
        pytest.param('<a href="../../owed/7/">x</a>', '<a href="../../owed/7/index.html">x</a>', id="relative-page"),
        pytest.param('<a href="http://localhost/">x</a>', '<a href="../../../../index.html">x</a>', id="own-origin"),
        pytest.param(
            '<a href="/c/jinan/v/ABCD2345/files/%E6%8A%A5%E5%91%8A%20%231.pdf">x</a>',
            '<a href="files/%E6%8A%A5%E5%91%8A%20%231.pdf">x</a>',
            id="a-name-with-a-hash",
        ),
        pytest.param('<a href="#main">x</a>', '<a href="#main">x</a>', id="same-page"),
        pytest.param('<a href="mailto:a@b.cn">x</a>', '<a href="mailto:a@b.cn">x</a>', id="mail"),
        pytest.param('<a href="https://gov.cn/">x</a>', '<a href="https://gov.cn/">x</a>', id="out-into-the-world"),
        pytest.param('<a href="//gov.cn/">x</a>', '<a href="//gov.cn/">x</a>', id="another-host"),
        pytest.param('<link rel="icon" href="data:,">', '<link rel="icon" href="data:,">', id="data"),
        pytest.param('<script src="/static/mingbai/read.js" defer></script>',
                     '<script src="../../../../static/mingbai/read.js" defer></script>', id="script"),
        pytest.param('<a name="x">y</a>', '<a name="x">y</a>', id="no-target"),
        pytest.param('<article><abbr title="/x">y</abbr></article>', '<article><abbr title="/x">y</abbr></article>',
                     id="not-a-link"),
    ],
)  # fmt: skip
def test_a_link_to_what_is_there_is_relative_and_names_the_file(written: str, becomes: str) -> None:
    assert links().in_html(written, HERE) == becomes
    assert links(SITE).in_html(written, HERE) == becomes


@pytest.mark.parametrize(
    ("written", "becomes", "living"),
    [
        pytest.param(
            '<p>甲 <a href="/desk/">登录</a></p>',
            "<p>甲 </p>",
            f'<p>甲 <a href="{SITE}/desk/">登录</a></p>',
            id="a-link",
        ),
        pytest.param(
            '<ul><li><a href="/c/jinan/screen/">屏幕</a></li></ul>乙',
            "乙",
            f'<ul><li><a href="{SITE}/c/jinan/screen/">屏幕</a></li></ul>乙',
            id="what-held-nothing-else",
        ),
        pytest.param(
            '<form action="/c/jinan/search/" role="search"><a href="/">甲</a><input name="q"></form>',
            "",
            f'<form action="{SITE}/c/jinan/search/" role="search"><a href="../../../../index.html">甲</a>'
            '<input name="q"></form>',
            id="a-form-with-all-in-it",
        ),
        pytest.param("<form><button>x</button></form>乙", "乙", "乙", id="a-form-to-its-own-page"),
        pytest.param(
            '<a href="/c/jinan/?page=2">x</a>', "", f'<a href="{SITE}/c/jinan/?page=2">x</a>', id="a-question-to-a-page"
        ),
        pytest.param(
            '<link rel="alternate" href="/c/jinan/feed.xml">',
            "",
            f'<link rel="alternate" href="{SITE}/c/jinan/feed.xml">',
            id="a-feed-not-exported",
        ),
        pytest.param('甲<script src="/sw.js"></script>', "甲", "甲", id="a-script-is-not-fetched-from-elsewhere"),
        pytest.param('甲<img src="/c/jinan/photo.jpg" alt="">', "甲", "甲", id="nor-a-picture"),
        pytest.param('<a href="/a/?x=1&amp;y=2">x</a>', "", f'<a href="{SITE}/a/?x=1&amp;y=2">x</a>', id="escaped"),
    ],
)
def test_a_link_to_what_needs_a_server_goes_or_leads_to_the_site(written: str, becomes: str, living: str) -> None:
    assert links().in_html(written, HERE) == becomes
    assert links(SITE).in_html(written, HERE) == living


def test_a_site_under_a_path_is_known_as_itself() -> None:
    assert links(SITE).in_html(f'<a href="{SITE}/s/ABCD2345/">x</a>', "/") == '<a href="s/ABCD2345/index.html">x</a>'
    assert links(SITE).in_html(f'<a href="{SITE}x/">x</a>', "/") == f'<a href="{SITE}x/">x</a>'


def test_a_feed_is_relative_only_where_there_is_no_site() -> None:
    feed = '<link href="http://localhost/c/jinan/"/><link href="http://localhost/nowhere/"/>'
    assert (
        links().in_xml(feed, "/c/jinan/feed.xml") == '<link href="index.html"/><link href="http://localhost/nowhere/"/>'
    )
    assert links(SITE).in_xml(feed, "/c/jinan/feed.xml") == feed


def test_the_way_between_any_two_files_is_the_shortest() -> None:
    for page in FILES:
        for file in FILES:
            url = "/" + page.removesuffix("index.html")
            found = links().to("/" + file.removesuffix("index.html").replace("#", "%23"), url)
            assert found is not None
            way = posixpath.relpath(file, posixpath.dirname(page) or ".")
            assert found.replace("%23", "#").replace("%20", " ").endswith(way) or "%E6" in found
            assert len(found.split("/")) == len(way.split("/"))


def test_the_day_goes_and_the_rest_of_the_foot_stays() -> None:
    foot = '<p><span class="page-day">页面日期：<time>今天</time>。</span>所有日期按北京时间</p>'
    assert without_day(foot) == "<p>所有日期按北京时间</p>"


def test_a_page_that_sends_on_works_with_and_without_a_refresh() -> None:
    page = forward("c/jinan/index.html")
    assert page.count("c/jinan/index.html") == 2 and 'http-equiv="refresh"' in page
