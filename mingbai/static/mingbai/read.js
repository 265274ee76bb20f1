/* Reads the page aloud where the browser can speak: the main part in its order, tables row by row with their headings. */
"use strict";
(() => {
  const speech = window.speechSynthesis;
  const start = document.querySelector("[data-read]"), stop = document.querySelector("[data-stop]");
  const main = document.querySelector("main");
  if (!speech || !window.SpeechSynthesisUtterance || !start || !stop || !main) return;

  const MUTE = "script,style,button,input,select,textarea,[hidden],[aria-hidden=true],.printed";
  const LIMIT = 120; // Browsers fall silent in the middle of a longer utterance.
  const words = (node) => {
    const copy = node.cloneNode(true);
    for (const mute of copy.querySelectorAll(MUTE)) mute.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const shown = (node) => node.getClientRects().length > 0;

  const table = (node) => {
    const heads = [...node.querySelectorAll("thead th")].map(words);
    const rows = [...node.querySelectorAll("tbody tr, tfoot tr")].map((row) => {
      const cells = [...row.children];
      const first = heads.length - cells.length;
      return cells.map((cell, place) => {
        const head = cell.dataset.label || heads[place + Math.max(first, 0)];
        const text = words(cell);
        return text && text !== "—" ? (head ? `${head}，${text}` : text) : "";
      }).filter(Boolean).join("；");
    });
    return [node.caption ? words(node.caption) : "", ...rows];
  };
  const gather = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return [node.textContent.trim()];
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(MUTE) || !shown(node)) return [];
    if (node.matches("table")) return table(node);
    if (node.matches("svg")) return [(node.querySelector("desc") ?? node.querySelector("title"))?.textContent ?? ""];
    if (node.querySelector("p,h1,h2,h3,li,dt,dd,table,section,svg,div")) return [...node.childNodes].flatMap(gather);
    return [words(node)];
  };
  const cut = (text) => text.match(new RegExp(`.{1,${LIMIT}}(?:[。；！？，、]|$)|.{1,${LIMIT}}`, "gu")) ?? [];

  let parts = [], place = 0, state = "idle", turn = 0;
  const show = (now) => {
    state = now;
    start.textContent = { idle: "读这一页", reading: "暂停", paused: "接着读" }[now];
    stop.hidden = now === "idle";
  };
  const next = () => {
    if (place >= parts.length) return show("idle");
    const said = new SpeechSynthesisUtterance(parts[place]);
    const mine = turn;
    said.lang = "zh-CN";
    said.rate = 0.9;
    said.onend = said.onerror = () => { if (mine === turn && state === "reading") { place += 1; next(); } };
    speech.speak(said);
  };
  const halt = (now) => { turn += 1; show(now); speech.cancel(); };

  // Pausing starts the sentence again: speech.pause() doesn't come back on many phones.
  start.addEventListener("click", () => {
    if (state === "reading") return halt("paused");
    if (state === "idle") { parts = gather(main).filter(Boolean).flatMap(cut); place = 0; }
    show("reading");
    speech.cancel();
    next();
  });
  stop.addEventListener("click", () => { halt("idle"); start.focus(); });
  addEventListener("pagehide", () => halt("idle"));
  start.hidden = false;
})();
