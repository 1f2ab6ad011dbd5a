// axe on every page that is served, light and dark.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ADMIN, DEMO, GUEST, TRACKER, assertAccessible, signIn, withAdmin, withPage } from "./support.mjs";

/** Sends the form as it stands, past the checks of the browser, so that the server's are seen. */
async function submit(page, button) {
  await page.locator("form.panel").evaluate((form) => (form.noValidate = true));
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: button, exact: true }).click()]);
}

async function goto(page, path, status = 200) {
  const response = await page.goto(path);
  assert.equal(response.status(), status, path);
}

/** Pages that anyone may see: what they are called, whose they are, and the way there. */
const PUBLIC = [
  ["home", DEMO, (page) => goto(page, "/")],
  ["sign-in", DEMO, (page) => goto(page, "/admin/sign-in")],
  ["sign-in, refused", DEMO, async (page) => {
    await goto(page, "/admin/sign-in");
    await page.getByLabel("E-mail address").fill(ADMIN);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("not right").waitFor();
  }],
  ["403", DEMO, async (page) => {
    await signIn(page, GUEST);
    await page.getByRole("heading").waitFor();
  }],
  ["docs", DEMO, (page) => goto(page, "/docs")],
  ["docs, an operation", DEMO, async (page) => {
    await goto(page, "/docs#list_artists");
    await page.locator("#list_artists").getByRole("heading", { name: "Filters" }).waitFor();
  }],
  ["docs, all operations and schemas open, on a phone", DEMO, async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await goto(page, "/docs");
    await page.locator("details").evaluateAll((all) => all.slice(0, 40).forEach((details) => (details.open = true)));
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `the page is ${beyond} px too wide`);
  }],
  ["docs, tried", DEMO, async (page) => {
    await goto(page, "/docs/try");
    await page.locator(".opblock").first().waitFor();
  }],
  ["docs, an operation tried", DEMO, async (page) => {
    await goto(page, "/docs/try");
    for (const id of ["list_artists", "create_artist"]) {
      const operation = page.locator(`.opblock[id$="-${id}"]`);
      await operation.locator(".opblock-summary-control").click();
      await operation.getByRole("button", { name: "Try it out" }).click();
      await operation.getByRole("button", { name: "Execute" }).click();
      await operation.locator(".live-responses-table").waitFor();
    }
  }],
  ["docs, models", DEMO, async (page) => {
    await goto(page, "/docs/try");
    await page.locator(".models .model-container").first().locator("button").first().click();
  }],
  ["docs, authorize", DEMO, async (page) => {
    await goto(page, "/docs/try");
    await page.locator(".auth-wrapper .authorize").click();
    await page.locator(".modal-ux").waitFor();
  }],
  ["console", DEMO, async (page) => {
    await goto(page, "/graphql");
    await page.locator("#schema details").first().waitFor();
  }],
  ["console, an answer", DEMO, async (page) => {
    await goto(page, "/graphql");
    await page.locator("#schema summary").first().click();
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText(/^200 in/).waitFor();
  }],
  ["console, a name completed and an earlier query", DEMO, async (page) => {
    await goto(page, "/graphql");
    await page.locator("#schema details").first().waitFor();
    const query = page.getByLabel("Query", { exact: true });
    await query.fill("{ artists { nodes { nam");
    await query.press("Control+Space");
    assert.equal(await query.inputValue(), "{ artists { nodes { name");
    await query.fill("{ artists(fir");
    await query.press("Control+Space");
    assert.equal(await query.inputValue(), "{ artists(first");
    await query.fill("{ ar");
    await query.press("Control+Space");
    await page.getByRole("button", { name: "artistById", exact: true }).waitFor();
    await query.fill("{ artists(first: 1) { nodes { name } } }");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText(/^200 in/).waitFor();
    await page.reload();
    await page.getByLabel("Earlier queries").selectOption({ index: 1 });
    assert.match(await query.inputValue(), /first: 1/);
  }],
  ["GraphiQL", TRACKER, async (page) => {
    await goto(page, "/graphql");
    await page.locator(".graphiql-execute-button").waitFor();
  }],
  ["GraphiQL, an answer", TRACKER, async (page) => {
    await goto(page, "/graphql");
    await page.locator(".graphiql-query-editor .CodeMirror").click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("{ issues { nodes { id title } } }");
    await page.locator(".graphiql-execute-button").click();
    await page.locator(".result-window").getByText("data").waitFor();
  }],
  ["GraphiQL, documentation", TRACKER, async (page) => {
    await goto(page, "/graphql");
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.locator("a.graphiql-doc-explorer-type-name").first().waitFor();
  }],
];

/** Pages of the admin. */
const ADMIN_PAGES = [
  ["index", DEMO, (page) => goto(page, "/admin")],
  ["404", DEMO, (page) => goto(page, "/admin/nothing/here", 404)],
  ["404 of a row", DEMO, (page) => goto(page, "/admin/artists/999", 404)],
  ["list", DEMO, (page) => goto(page, "/admin/tracks")],
  ["list, searched, filtered and sorted", DEMO, (page) => goto(page, "/admin/tracks?q=a&f.genre_id=1&sort=-name")],
  ["list, nothing found", DEMO, (page) => goto(page, "/admin/artists?q=nothing-has-this-name")],
  ["list with a filter", TRACKER, (page) => goto(page, "/admin/issues?f.status=open")],
  ["list of rows that only join others", DEMO, (page) => goto(page, "/admin/playlist-tracks")],
  ["list of a relation", DEMO, (page) => goto(page, "/admin/tracks?f.album_id=1")],
  ["list, with a chip, columns and order", DEMO, async (page) => {
    await goto(page, "/admin/customers?f.city=x&filter=%7B%22or%22%3A%5B%5D%7D&cols=city,country");
    await page.getByText("Columns and order").click();
  }],
  ["filters", DEMO, (page) => goto(page, "/admin/tracks/filter?f.genre_id=1")],
  ["saved views", DEMO, (page) => goto(page, "/admin/tracks/views?list=f.genre_id%3D1")],
  ["import", DEMO, (page) => goto(page, "/admin/artists/import")],
  ["import, looked at", DEMO, async (page) => {
    await goto(page, "/admin/artists/import");
    await page.getByLabel("Or rows").fill("name,other\nSomeone new,1\n,2\n");
    await submit(page, "Check");
    await page.getByRole("status").first().waitFor();
  }],
  ["many rows, to be deleted", DEMO, (page) => goto(page, "/admin/invoices/many/delete?_rows=all")],
  ["many rows, a field of them", DEMO, (page) => goto(page, "/admin/artists/many/set?_rows=all&_field=name")],
  ["search", DEMO, (page) => goto(page, "/admin/search?q=a")],
  ["detail", DEMO, (page) => goto(page, "/admin/albums/1")],
  ["detail of a person", DEMO, (page) => goto(page, "/admin/customers/1")],
  ["detail with history", TRACKER, (page) => goto(page, "/admin/issues/1")],
  ["new", DEMO, (page) => goto(page, "/admin/tracks/new")],
  ["new, with errors", DEMO, async (page) => {
    await goto(page, "/admin/customers/new");
    await submit(page, "Create");
    await page.getByRole("alert").waitFor();
  }],
  ["new, with errors of all kinds of controls", TRACKER, async (page) => {
    await goto(page, "/admin/issues/new");
    await page.getByLabel("Priority").fill("7");
    await submit(page, "Create");
    await page.getByRole("alert").waitFor();
  }],
  ["edit", DEMO, (page) => goto(page, "/admin/customers/1/edit")],
  ["edit, with a suggestion open", DEMO, async (page) => {
    await goto(page, "/admin/invoice-lines/1/edit");
    const picker = page.getByRole("combobox").first();
    if ((await picker.count()) > 0) await picker.press("ArrowDown");
  }],
  ["edit, changed by someone else", TRACKER, async (page) => {
    await goto(page, "/admin/issues/2/edit");
    const other = await page.context().newPage();
    await goto(other, "/admin/issues/2/edit");
    await other.getByLabel("Title").fill(`Say where, ${Math.random()}`);
    await other.getByRole("button", { name: "Save", exact: true }).click();
    await other.waitForURL(/issues\/2(\?|$)/);
    await page.getByLabel("Title").fill("Say what is missing");
    await submit(page, "Save");
    await page.getByRole("alert").first().waitFor();
  }],
  ["edit, which is not shown again", DEMO, async (page) => {
    await goto(page, "/admin/customers/1/edit");
    await page.locator("input[name=_shown]").evaluate((input) => (input.value = "?"));
    await page.getByLabel("Company").fill("Owls");
    await submit(page, "Save");
    await page.getByRole("heading", { name: "What you entered" }).waitFor();
  }],
  ["delete, not confirmed", DEMO, async (page) => {
    await goto(page, "/admin/genres/1/delete");
    await page.locator("input[name=_shown]").evaluate((input) => (input.value = "a"));
    await submit(page, "Delete");
    await page.getByRole("alert").waitFor();
  }],
  ["delete", DEMO, (page) => goto(page, "/admin/invoices/1/delete")],
  ["delete, which cannot be", DEMO, (page) => goto(page, "/admin/artists/1/delete")],
];

// Pages are the same on both databases.
describe("axe finds nothing serious on", { skip: process.env.DATABASE !== "sqlite" && "asked on SQLite" }, () => {
  for (const [name, site, open] of PUBLIC) {
    test(name, () =>
      withPage(site, {}, async (page) => {
        await open(page);
        await assertAccessible(page, name);
      }));
  }
  for (const [name, site, open] of ADMIN_PAGES) {
    test(name, () =>
      withAdmin(site, {}, async (page) => {
        await open(page);
        await assertAccessible(page, name);
      }));
  }
  test("a narrow window", () =>
    withAdmin(DEMO, { viewport: { width: 360, height: 740 } }, async (page) => {
      for (const path of ["/admin/tracks", "/admin/customers/1/edit"]) {
        await goto(page, path);
        await assertAccessible(page, path);
      }
    }));
});
