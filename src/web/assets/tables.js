// Tables people write in: rows that come and go, sums that follow. Without scripts the empty rows still post.
(() => {
  const hundredths = (input) => Math.round(Number(input.value.replace(/[,，\s]/g, "")) * 100) || 0;
  const plain = (sum) => String(sum / 100);

  function add(sheet) {
    const body = sheet.querySelector("tbody");
    const last = body.querySelector("tr:last-child");
    const numbers = [...body.querySelectorAll("tr")].map((row) => Number(row.dataset.no));
    const no = Math.max(...numbers) + 1;
    if (body.children.length >= Number(sheet.dataset.rowsMax)) return;
    const row = last.cloneNode(true);
    for (const cell of row.querySelectorAll("input, select")) {
      cell.name = cell.name.replace(`.${row.dataset.no}.`, `.${no}.`);
      if (cell.tagName === "INPUT") cell.value = "";
    }
    row.dataset.no = no;
    body.append(row);
    number(body);
    row.querySelector("select, input").focus();
  }

  function number(body) {
    [...body.children].forEach((row, index) => {
      row.querySelector(".no").textContent = index + 1;
    });
  }

  function remove(button) {
    const row = button.closest("tr");
    const body = row.parentElement;
    if (body.children.length > 1) row.remove();
    else row.querySelectorAll("input").forEach((input) => (input.value = ""));
    number(body);
  }

  function sum(sheet) {
    const total = [...sheet.querySelectorAll("[data-adds]")].reduce((all, input) => all + hundredths(input), 0);
    const shown = sheet.querySelector("[data-sum]");
    if (!shown) return;
    shown.textContent = plain(total);
    const wanted = shown.dataset.sum;
    if (wanted === "") return;
    const right = total === Math.round(Number(wanted) * 100);
    shown.classList.toggle("right-sum", right);
    shown.classList.toggle("wrong-sum", !right);
  }

  document.querySelectorAll("[data-sheet]").forEach((sheet) => {
    sheet.querySelectorAll("[data-adds-row], [data-removes-row]").forEach((button) => (button.hidden = false));
    sheet.addEventListener("input", () => sum(sheet));
    sheet.addEventListener("click", (event) => {
      if (event.target.closest("[data-adds-row]")) add(sheet);
      const button = event.target.closest("[data-removes-row]");
      if (button) remove(button);
      sheet.dispatchEvent(new Event("input", { bubbles: true }));
    });
    sum(sheet);
  });

  // An amount in the other unit, so that 元 and 万元 are not confused.
  document.querySelectorAll("[data-money]").forEach((box) => {
    const hint = box.querySelector("[data-money-hint]");
    const tell = () => {
      const typed = box.querySelector("input[type=text]").value.replace(/[,，\s]/g, "");
      const unit = box.querySelector("input[type=radio]:checked")?.value;
      const amount = Number(typed);
      const show = typed !== "" && Number.isFinite(amount) && unit;
      const other = unit === "元" ? [amount / 10000, "万元"] : [amount * 10000, "元"];
      const rounded = Math.round(other[0] * 1e6) / 1e6;
      hint.textContent = show ? `= ${rounded.toLocaleString("zh-CN", { maximumFractionDigits: 6 })} ${other[1]}` : "";
    };
    box.addEventListener("input", tell);
    tell();
  });

  // What a decision asks for appears with it.
  document.querySelectorAll("[data-decides]").forEach((form) => {
    const follow = () => {
      const chosen = form.querySelector("input[name=decision]:checked");
      form.querySelectorAll("[data-for]").forEach((part) => {
        part.hidden = !chosen || !part.dataset.for.split(" ").includes(chosen.dataset.does);
      });
    };
    form.addEventListener("change", follow);
    follow();
  });
})();
