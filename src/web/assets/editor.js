// The editors of a draft and of a mail: numbers keep up with the lines, and a problem leads to its place in the text.
(() => {
  const READY = 4;

  document.querySelectorAll(".editor").forEach((editor) => {
    const text = editor.querySelector("textarea[data-editor]");
    const numbers = editor.querySelector(".numbers");
    if (!text || !numbers) return;

    function keepUp() {
      const wanted = text.value.split("\n").length + READY;
      while (numbers.children.length < wanted) {
        const number = document.createElement("span");
        number.textContent = String(numbers.children.length + 1);
        numbers.append(number);
      }
      text.rows = numbers.children.length;
    }

    text.addEventListener("input", keepUp);
    keepUp();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-line]");
    const text = link && document.querySelector(`textarea[data-editor][name="${link.dataset.in}"]`);
    if (!text) return;
    const lines = text.value.split("\n");
    const before = lines.slice(0, Number(link.dataset.line) - 1).join("\n").length;
    const start = before + (link.dataset.line > 1 ? 1 : 0);
    text.focus({ preventScroll: true });
    text.setSelectionRange(start + Number(link.dataset.column) - 1, start + (lines[link.dataset.line - 1] ?? "").length);
  });
})();
