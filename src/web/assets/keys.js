// The keyboard path: j and k walk through a list, Enter opens, / searches, ? explains.
(() => {
  const rows = () => [...document.querySelectorAll("tbody.rows tr[data-href]")];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

  function walk(step) {
    const list = rows();
    if (list.length === 0) return;
    const now = list.findIndex((row) => row.classList.contains("here"));
    const next = Math.min(Math.max(now + step, 0), list.length - 1);
    list.forEach((row) => row.classList.remove("here"));
    list[next].classList.add("here");
    list[next].querySelector("a").focus({ preventScroll: true });
    list[next].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return;
    const search = document.querySelector("input[type=search]");
    const dialog = document.querySelector("dialog.keys");
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "/" && search) search.focus();
    else if (event.key === "?" && dialog && !dialog.open) dialog.showModal();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens=keys]");
    if (opener) document.querySelector("dialog.keys").showModal();
    const row = event.target.closest("tbody.rows tr[data-href]");
    const selecting = String(document.getSelection()).length > 0;
    if (row && !selecting && !event.target.closest("a, button, input, label")) location.assign(row.dataset.href);
  });
})();
