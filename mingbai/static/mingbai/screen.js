/* The large screen: one page at a time, in turn; a touch or a key stops it, and after a minute without one it goes on.
   Without the network it goes on with what it has, and lets go what is over on its day. */
"use strict";
(() => {
  const SECONDS = 15, IDLE = 60, CHECK = 600;
  const { worker, kept, today: made, offlineDays, state } = document.body.dataset;
  const find = (chosen) => document.querySelector(chosen);
  const slides = () => [...document.querySelectorAll(".slide")];
  const format = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", ...options });
  const clock = format({ year: "numeric", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
  const iso = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });
  let place = 0, page = 0, left = SECONDS, paused = false, idle = 0, check = CHECK, stale = false, seen = "";

  /* The legal day; never before the day of the page, whatever the clock of the machine says. */
  const day = () => { const now = iso.format(new Date()); return now < made ? made : now; };
  const offlineTooLong = () => (Date.parse(day()) - Date.parse(made)) / 864e5 > Number(offlineDays);
  const isOver = (until) => offlineTooLong() || (until !== "" && until < day());

  /* What is over leaves the page, and what the browser keeps of it for the time without network. */
  async function letGo() {
    for (const slide of slides()) if (isOver(slide.dataset.until)) slide.remove();
    if (!("caches" in window) || !(await caches.has(kept))) return;
    const cache = await caches.open(kept), old = await cache.match(location.pathname);
    if (!old) return;
    const text = await old.text();
    const rest = text.replace(/<!--until (\S*)-->[^]*?<!--end-->/g, (whole, until) => (isOver(until) ? "" : whole));
    if (rest === text) return;
    const headers = {};
    for (const name of ["Content-Type", "Content-Security-Policy"]) headers[name] = old.headers.get(name) ?? "";
    await cache.put(location.pathname, new Response(rest, { headers }));
  }

  function pages(slide) {
    const text = slide.querySelector(".text");
    const gap = parseFloat(getComputedStyle(text).columnGap) || 0;
    const step = text.clientWidth + gap;
    return { text, step, count: Math.max(1, Math.round((text.scrollWidth + gap) / step)) };
  }

  function show() {
    const all = slides();
    find(".nothing").hidden = all.length > 0;
    if (!all.length) { find(".where").textContent = offlineTooLong() ? `网络中断超过${offlineDays}天，请检查网络` : ""; return; }
    place = (place + all.length) % all.length;
    all.forEach((slide, number) => slide.classList.toggle("now", number === place));
    const { text, step, count } = pages(all[place]);
    if (page < 0) page = count - 1;
    text.scrollLeft = page * step;
    left = SECONDS;
    find(".where").textContent = `第${place + 1}份，共${all.length}份` + (count > 1 ? `　第${page + 1}页，共${count}页` : "");
  }

  function turn(by) {
    const all = slides();
    if (!all.length) return;
    page += by;
    if (page >= pages(all[place]).count) { place += 1; page = 0; } else if (page < 0) place -= 1;
    show();
  }

  function pause(on) {
    if (!on && stale) { location.reload(); return; }
    paused = on;
    idle = on ? IDLE : 0;
    find("[data-do=pause]").textContent = on ? "继续" : "暂停";
  }

  /* Whether the site says something else by now. Asked past what is kept; no answer: no network, nothing changes. */
  async function look() {
    try {
      const answer = await fetch(`${location.pathname}?now=${Date.now()}`, { cache: "no-store" });
      const said = answer.ok && (await answer.text()).match(/data-state="(\w+)"/);
      if (said && said[1] !== state) { stale = true; if (!paused) location.reload(); }
    } catch { /* no network */ }
  }

  function second() {
    const now = day();
    find(".clock time").textContent = clock.format(new Date());
    if (now !== seen) { seen = now; letGo(); show(); }
    if (--check <= 0) { check = CHECK; look(); }
    if (paused) { if (--idle <= 0) pause(false); } else if (--left <= 0) turn(1);
    const bar = find("progress");
    bar.max = SECONDS; bar.value = paused ? 0 : SECONDS - left;
  }

  document.documentElement.classList.add("playing");
  find("footer").hidden = false;
  const doing = { back: () => turn(-1), on: () => turn(1) };
  addEventListener("pointerdown", (event) => { if (!event.target.closest("[data-do=pause]")) pause(true); });
  addEventListener("keydown", (event) => {
    if (event.target.closest("[data-do=pause]") && (event.key === "Enter" || event.key === " ")) return;
    pause(true);
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => { const act = doing[button.dataset.do]; if (act) act(); else pause(!paused); });
  }
  addEventListener("resize", show);
  addEventListener("online", look);
  navigator.serviceWorker?.register(worker).catch(() => {});
  second();
  setInterval(second, 1000);
})();
