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
