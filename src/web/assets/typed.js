// What was typed survives an expired session and a closed page: it stays in this tab's own storage until it is saved.
(() => {
  const PREFIX = "yumen-typed:";
  const form = document.querySelector("form[data-keep]");
  const here = PREFIX + location.pathname;
  let changed = false;

  const fields = (of) =>
    [...of.elements].filter((e) => e.name && e.name !== "csrf" && !["file", "submit", "button", "hidden"].includes(e.type));
  const read = (of) =>
    fields(of)
      .filter((e) => !["radio", "checkbox"].includes(e.type) || e.checked)
      .map((e) => [e.name, e.value]);

  // A form that was sent and answered by another page than the sign-in has arrived.
  const sent = sessionStorage.getItem(PREFIX + "sent");
  if (sent && !document.querySelector("[data-signs-in]")) {
    const answered = form && here === sent && !document.querySelector(".notice.good");
    if (!answered) sessionStorage.removeItem(sent);
    sessionStorage.removeItem(PREFIX + "sent");
  }
  if (!form) return;

  function restore(pairs) {
    for (const [name, value] of pairs) {
      let found = fields(form).filter((e) => e.name === name);
      if (found.length === 0 && /\.\d+\.\w+$/.test(name)) {
        form.querySelector("[data-adds-row]")?.click();
        found = fields(form).filter((e) => e.name === name);
      }
      for (const e of found) {
        if (["radio", "checkbox"].includes(e.type)) e.checked = e.value === value;
        else e.value = value;
      }
    }
    form.dispatchEvent(new Event("change"));
    form.querySelectorAll("[data-sheet], [data-money]").forEach((part) => part.dispatchEvent(new Event("input")));
  }

  // What came in from a sheet is newer than what was typed into the same table.
  const imported = form.dataset.imported;
  const before = sessionStorage.getItem(here);
  if (imported && before) {
    const inTable = ([name]) => name.startsWith(imported);
    const rest = JSON.parse(before).filter((pair) => !inTable(pair));
    sessionStorage.setItem(here, JSON.stringify([...rest, ...read(form).filter(inTable)]));
    history.replaceState(null, "", location.pathname);
  }

  const kept = sessionStorage.getItem(here);
  if (kept && !form.hasAttribute("data-answered")) {
    const pairs = JSON.parse(kept);
    if (JSON.stringify(pairs) !== JSON.stringify(read(form))) {
      restore(pairs);
      changed = true;
      const notice = document.querySelector("[data-restored]");
      if (notice) {
        notice.hidden = false;
        notice.querySelector("button").addEventListener("click", () => {
          sessionStorage.removeItem(here);
          changed = false;
          location.reload();
        });
      }
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    sessionStorage.setItem(here, JSON.stringify(read(form)));
  });
  form.addEventListener("submit", () => {
    changed = false;
    sessionStorage.setItem(here, JSON.stringify(read(form)));
    sessionStorage.setItem(PREFIX + "sent", here);
  });
  // Sending any form of the page is no loss: what is typed here stays in the tab's storage.
  document.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
