// The counts of the navigation follow what happens while the page is looked at.
(() => {
  if (!window.EventSource || !document.querySelector("[data-count]")) return;
  let source = null;

  function show(event) {
    const counts = JSON.parse(event.data);
    for (const place of document.querySelectorAll("[data-count]")) {
      const count = counts[place.dataset.count] || "";
      place.textContent = count;
      place.hidden = count === "";
    }
  }

  // A page nobody looks at keeps no connection: a browser has only a few for each site.
  function follow() {
    if (document.hidden && source) {
      source.close();
      source = null;
    } else if (!document.hidden && !source) {
      source = new EventSource("/events");
      source.addEventListener("counts", show);
    }
  }

  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => source && source.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      source = null;
      follow();
    }
  });
  follow();
})();
