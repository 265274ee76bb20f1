/* Saves what is typed a few seconds after the last key, and says so. Without it, the button saves. */
"use strict";
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const said = form.querySelector("[data-saved]");
  let timer, busy = false;
  const save = async () => {
    if (busy || form.querySelector("input[type=file]")?.files.length) return;
    busy = true;
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" } });
      if (answer.status === 204) {
        form.revision.value = answer.headers.get("X-Revision");
        document.querySelectorAll("input[name=revision]").forEach((field) => { field.value = form.revision.value; });
        said.textContent = "已自动保存";
      } else said.textContent = answer.status === 409 ? "别人刚刚改过这份草稿，请按保存对照合并" : "没有自动保存，请按保存";
    } catch { said.textContent = "网络不通，没有自动保存，请稍后按保存"; }
    busy = false;
  };
  const soon = () => { clearTimeout(timer); said.textContent = "…"; timer = setTimeout(save, 3000); };
  if (!said) continue;
  form.addEventListener("input", soon);
  /* What was typed while the page was still loading counts too: whoever did so is still in the form. */
  if (form.contains(document.activeElement) && [...form.elements].some((field) => field.type !== "file" && "defaultValue" in field && field.value !== field.defaultValue)) soon();
}
