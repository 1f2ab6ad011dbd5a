// Makes relation pickers comfortable: a search box with suggestions in place of a key and a "Find" button. Asks before what
// was typed is lost, and sends no form twice.
// Everything works without it.
"use strict";

// What is said, in the language of the page.
const say = JSON.parse(document.body.dataset.say);

for (const picker of document.querySelectorAll(".picker[data-lookup]")) {
  const key = picker.querySelector("input[list]");
  if (key && picker.dataset.lookup) enhance(picker, key);
}

if (window.matchMedia("(max-width: 60rem)").matches) {
  document.querySelector(".menu")?.removeAttribute("open");
}

for (const table of document.querySelectorAll("fieldset.inline")) {
  addRows(table);
  if (table.dataset.position) orderRows(table);
}
for (const links of document.querySelectorAll("fieldset.links[data-lookup]")) findLinks(links);

// After pickers are as they stay.
const fields = document.querySelector("form.fields");
if (fields) keep(fields);
for (const form of document.querySelectorAll("form[method=post]")) sendOnce(form);

// Leaving the page asks first while the form holds what is not saved.
function keep(form) {
  const state = () => JSON.stringify([...new FormData(form)]);
  // A form that is shown again with an error holds what was typed before.
  const saved = document.querySelector("main > .alert") ? "" : state();
  window.addEventListener("beforeunload", (event) => {
    if (!form.dataset.sent && state() !== saved) event.preventDefault();
  });
}

// "Add a row" copies the empty row that the page holds.
function addRows(table) {
  const empty = table.querySelector("template");
  const button = table.querySelector("button[name=_add]");
  if (!empty || !button) return;
  const body = table.querySelector("tbody");
  const name = table.dataset.name + ".";
  const numbers = [...body.querySelectorAll("[name]")].map((control) => control.name.replace(/^_\w+\./, ""))
    .filter((key) => key.startsWith(name)).map((key) => parseInt(key.slice(name.length), 10));
  let next = Math.max(-1, ...numbers.filter((number) => number >= 0)) + 1;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const holder = document.createElement("tbody");
    const row = body.children.length + 1;
    holder.innerHTML = empty.innerHTML
      .replaceAll(name + "__row__.", name + next + ".").replaceAll("row __row__", "row " + row);
    next += 1;
    const added = holder.firstElementChild;
    body.append(added);
    for (const picker of added.querySelectorAll(".picker[data-lookup]")) {
      const key = picker.querySelector("input[list]");
      if (key && picker.dataset.lookup) enhance(picker, key);
    }
    added.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}

// Rows with a place are moved by buttons, which number the places anew.
function orderRows(table) {
  const body = table.querySelector("tbody");
  const place = (row) => row.querySelector("input[name$='." + table.dataset.position + "']");
  const give = (row) => {
    if (!place(row)) return;
    for (const [text, label, step] of [["↑", "Move up", -1], ["↓", "Move down", 1]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "small";
      button.textContent = text;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => {
        const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
        if (!other) return;
        if (step < 0) body.insertBefore(row, other);
        else body.insertBefore(other, row);
        // Empty rows at the end get their places when they are saved.
        const rows = [...body.children];
        const last = rows.findLastIndex((known) => known === row || known === other || place(known)?.value);
        rows.slice(0, last + 1).forEach((known, index) => {
          if (place(known)) place(known).value = index + 1;
        });
        button.focus();
      });
      row.querySelector("td.remove").append(button);
    }
  };
  [...body.children].forEach(give);
  new MutationObserver((changes) => {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) {
      if (added.matches?.("tr") && !added.querySelector("button[aria-label='Move up']")) give(added);
    }
  }).observe(body, { childList: true });
}

// The search for more rows to be linked answers while it is typed; what is found can be checked at once.
function findLinks(links) {
  const search = links.querySelector(".find input[type=search]");
  if (!search || !links.dataset.lookup) return;
  const list = links.querySelector("ul");
  const said = document.createElement("p");
  let timer = 0;
  let asked = 0;
  said.className = "hint";
  said.setAttribute("role", "status");
  links.append(said);
  links.querySelector(".find button").hidden = true;
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });

  async function look() {
    const turn = ++asked;
    const words = search.value.trim();
    try {
      const answer = await fetch(links.dataset.lookup + "?q=" + encodeURIComponent(words));
      if (turn !== asked) return;
      if (answer.redirected) throw new Error("", { cause: "Your session has ended; save, and sign in again." });
      if (!answer.ok) throw new Error("", { cause: "The search did not work; try again." });
      const found = await answer.json();
      // What is chosen stays; what was only found before makes room.
      for (const item of [...list.children]) {
        const box = item.querySelector("input");
        if (!box.checked && !box.defaultChecked) item.remove();
      }
      const known = new Set([...list.querySelectorAll("input")].map((box) => box.value));
      for (const row of found.rows.filter((row) => !known.has(row.id))) {
        const item = document.createElement("li");
        const label = document.createElement("label");
        const box = document.createElement("input");
        box.type = "checkbox";
        box.name = links.dataset.name;
        box.value = row.id;
        label.append(box, " " + row.label);
        item.append(label);
        list.append(item);
      }
      said.textContent = found.rows.length === 0 ? "Nothing was found." : found.more ? "There are more; type on." : "";
    } catch (error) {
      said.textContent = error.cause ?? "The server cannot be reached; try again.";
    }
  }
}

// A second press while the first is on its way would do it again.
function sendOnce(form) {
  const again = () => delete form.dataset.sent;
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(again, 10000);
  });
  // The browser shows the page as it was left.
  window.addEventListener("pageshow", again);
}

// Links with `data-dialog` show their page's form above this page. Where that does not work, the link leads there.
for (const link of document.querySelectorAll("a[data-dialog]")) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const form = answer.ok && !answer.redirected && page.querySelector("main form[method=post]");
      if (!form) throw new Error("no form");
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", link.textContent);
      dialog.append(document.adoptNode(form));
      document.body.append(dialog);
      for (const picker of dialog.querySelectorAll(".picker[data-lookup]")) {
        const key = picker.querySelector("input[list]");
        if (key && picker.dataset.lookup) enhance(picker, key);
      }
      form.querySelector("a.quiet")?.addEventListener("click", (click) => {
        click.preventDefault();
        dialog.close();
      });
      dialog.addEventListener("close", () => dialog.remove());
      dialog.showModal();
    } catch {
      location.assign(link.href);
    }
  });
}

// One box chooses all rows of the page.
for (const form of document.querySelectorAll("form.choose")) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const corner = form.querySelector("thead td");
  if (!corner || boxes.length === 0) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Choose all rows of this page");
  corner.append(all);
  all.addEventListener("input", () => boxes.forEach((box) => (box.checked = all.checked)));
  for (const box of boxes) {
    box.addEventListener("input", () => {
      const chosen = boxes.filter((other) => other.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    });
  }
}

// Ctrl-K, or Command-K: jump to a list, a row or an action.
const jumps = document.querySelector("a[data-jump]")?.href;
if (jumps) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) jump(jumps);
    }
  });
}

function jump(address) {
  const dialog = document.createElement("dialog");
  const box = document.createElement("div");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let timer = 0;
  let asked = 0;
  dialog.setAttribute("aria-label", "Search");
  box.className = "jump";
  input.type = "search";
  input.placeholder = "A list, a row, an action…";
  input.setAttribute("aria-label", "Search everywhere");
  said.className = "hint";
  said.setAttribute("role", "status");
  box.append(input, list, said);
  dialog.append(box);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      const first = list.querySelector("a");
      if (first) location.assign(first.href);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      list.querySelector("a")?.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + step;
    (links[next] ?? input).focus();
  });

  async function look() {
    const turn = ++asked;
    try {
      const answer = await fetch(address + "?format=json&q=" + encodeURIComponent(input.value.trim()));
      if (turn !== asked) return;
      if (!answer.ok || answer.redirected) throw new Error("no answer");
      const { found } = await answer.json();
      list.replaceChildren(...found.map((one) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        const kind = document.createElement("small");
        link.href = one.href;
        link.textContent = one.text;
        kind.textContent = one.kind;
        link.append(kind);
        item.append(link);
        return item;
      }));
      said.textContent = found.length === 0 && input.value.trim() ? "Nothing was found." : "";
    } catch {
      said.textContent = "The search did not work; try again.";
    }
  }
}

function enhance(picker, key) {
  const label = picker.querySelector("output");
  // What was typed and names no row yet: the server says so, and does not take it for a key.
  const words = picker.querySelector(".find input[type=search]");
  const note = document.createElement("small");
  const search = document.createElement("input");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let rows = [];
  let active = -1;
  let timer = 0;
  let asked = 0;

  search.type = "text";
  search.id = key.id;
  search.className = "typeahead";
  search.autocomplete = "off";
  search.placeholder = say.search;
  search.value = label.textContent.trim() || key.value || words.value;
  note.className = "key";
  said.className = "hint";
  said.setAttribute("role", "status");
  search.setAttribute("role", "combobox");
  search.setAttribute("aria-autocomplete", "list");
  search.setAttribute("aria-expanded", "false");
  search.setAttribute("aria-controls", key.id + "-options");
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (key.hasAttribute(name)) search.setAttribute(name, key.getAttribute(name));
  }
  list.id = key.id + "-options";
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.hidden = true;

  key.removeAttribute("id");
  key.removeAttribute("list");
  key.type = "hidden";
  picker.classList.add("live");
  picker.append(search, note, list, said);
  tell();

  search.addEventListener("input", () => {
    // A changed text names no row until one is chosen.
    key.value = "";
    words.value = search.value.trim();
    tell();
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });
  search.addEventListener("focus", () => search.select());
  search.addEventListener("blur", () => setTimeout(close, 150));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void look();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(rows[active]);
    } else if (event.key === "Escape") {
      close();
    }
  });

  async function look() {
    const turn = ++asked;
    try {
      const answer = await fetch(picker.dataset.lookup + "?q=" + encodeURIComponent(search.value.trim()));
      if (turn !== asked) return;
      if (answer.redirected) throw new Error("", { cause: say.ended });
      if (!answer.ok) throw new Error("", { cause: say.failed });
      const found = await answer.json();
      rows = found.rows;
      // Who has left the field does not look at suggestions.
      if (document.activeElement === search) show(found.more);
    } catch (error) {
      close();
      said.textContent = error.cause ?? say.away;
    }
  }

  function show(more) {
    active = -1;
    said.textContent = rows.length === 0 ? say.nothing : more ? say.more : "";
    search.removeAttribute("aria-activedescendant");
    list.replaceChildren(...rows.map((row, index) => {
      const item = document.createElement("li");
      const note = document.createElement("small");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.textContent = row.label;
      note.textContent = row.id;
      item.append(note);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(row);
      });
      return item;
    }));
    list.hidden = rows.length === 0;
    search.setAttribute("aria-expanded", String(!list.hidden));
  }

  function move(step) {
    active = (active + step + rows.length) % rows.length;
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === active));
      if (index === active) item.scrollIntoView({ block: "nearest" });
    });
    search.setAttribute("aria-activedescendant", list.id + "-" + active);
  }

  function choose(row) {
    said.textContent = "";
    key.value = row.id;
    words.value = "";
    search.value = row.label;
    tell();
    close();
  }

  // Rows may have one label: the key says which it is.
  function tell() {
    note.textContent = key.value && "#" + key.value;
  }

  function close() {
    list.hidden = true;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  }
}
