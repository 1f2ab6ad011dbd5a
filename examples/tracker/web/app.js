// A client like any other: it speaks GraphQL, and knows what the address says.

const main = document.querySelector("main");
const alert = document.querySelector("[role=alert]");
const signOut = document.querySelector("#sign-out");
const store = sessionStorage;

async function send(path, body) {
  const headers = { "content-type": "application/json" };
  if (store.token) headers.authorization = `Bearer ${store.token}`;
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  const error = answer.errors?.[0]?.message ?? (response.ok ? null : answer.detail);
  if (response.status === 401) store.removeItem("token");
  if (error) throw new Error(error);
  return answer;
}

const graphql = async (query, variables) => (await send("/graphql", { query, variables })).data;

// An element with attributes and children; texts stay texts.
function make(name, attributes = {}, ...children) {
  const element = Object.assign(document.createElement(name), attributes);
  element.append(...children);
  return element;
}

function form(fields, label, submit) {
  const element = make("form", {}, ...fields, make("button", {}, label));
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    run(() => submit(Object.fromEntries(new FormData(element))));
  });
  return element;
}

const field = (name, type = "text", autocomplete = "off") =>
  make("label", {}, name, make("input", { name, type, autocomplete, required: true }));

function signIn() {
  const fields = [field("email", "email", "username"), field("password", "password", "current-password")];
  return [form(fields, "Sign in", async (credentials) => {
    const login = await send("/api/login", credentials);
    store.token = login.token;
    await show();
  })];
}

async function issues() {
  const query = "{ issues(first: 50) { nodes { id number title status project { key } } } }";
  const rows = (await graphql(query)).issues.nodes.map((issue) => make("tr", {},
    make("td", {}, `${issue.project.key}-${issue.number}`),
    make("td", {}, make("a", { href: `/issues/${encodeURIComponent(issue.id)}` }, issue.title)),
    make("td", {}, issue.status)));
  return [make("h1", {}, "Issues"), make("table", {}, ...rows)];
}

async function issue(id) {
  const query = `query($id: ID!) { issueById(id: $id) {
    number title body status project { key } comments { nodes { text author { name } } } } }`;
  const found = (await graphql(query, { id })).issueById;
  if (!found) return [make("h1", {}, "No such issue")];
  const comments = found.comments.nodes.map((one) => make("li", {}, `${one.author?.name ?? "?"}: ${one.text}`));
  const parts = [
    make("h1", {}, `${found.project.key}-${found.number} ${found.title}`),
    make("p", {}, found.status), make("p", {}, found.body), make("ul", {}, ...comments),
  ];
  const change = async (query, variables) => { await graphql(query, { id, ...variables }); await show(); };
  if (found.status === "OPEN") {
    parts.push(form([], "Begin", () =>
      change("mutation($id: ID!) { updateIssue(id: $id, input: {status: IN_PROGRESS}) { id } }")));
  } else if (found.status === "IN_PROGRESS") {
    parts.push(form([field("text")], "Close", (words) =>
      change("mutation($id: ID!, $text: String!) { closeIssue(id: $id, text: $text) { id } }", words)));
  }
  return parts;
}

async function show() {
  signOut.hidden = !store.token;
  const id = location.pathname.match(/^\/issues\/(.+)$/)?.[1];
  const page = store.token ? await (id ? issue(decodeURIComponent(id)) : issues()) : signIn();
  main.replaceChildren(...page);
}

async function run(work) {
  alert.textContent = "";
  try {
    await work();
  } catch (error) {
    alert.textContent = error.message;
    if (!store.token) main.replaceChildren(...signIn());
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  run(show);
});
addEventListener("popstate", () => run(show));
signOut.addEventListener("click", () => { store.clear(); run(show); });
run(show);
