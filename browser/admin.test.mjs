// What people do in the admin: with a pointer, with the keyboard alone, without scripts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ADMIN, DEMO, PASSWORD, TRACKER, withAdmin, withPage } from "./support.mjs";

/** A name that no other run of the tests has used. */
const unique = (name) => `${name} ${Math.random().toString(36).slice(2, 8)}`;

const button = (page, name) => page.getByRole("button", { name, exact: true });
const heading = (page) => page.getByRole("heading", { level: 1 });

/** The element that has the focus. */
const focused = (page) => page.locator(":focus");

async function assertFocused(page, locator, what) {
  const element = await locator.elementHandle();
  assert.ok(await element.evaluate((node) => node === document.activeElement), what);
}

/** Waits for a path. */
const at = (page, path) => page.waitForURL((url) => path.test(url.pathname));

/** Presses Tab until the control has the focus, as someone does who has no pointer. */
async function tabTo(page, control) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const element = await control.elementHandle();
    if (await element.evaluate((node) => node === document.activeElement)) {
      const outline = await element.evaluate((node) => getComputedStyle(node).outlineStyle);
      assert.notEqual(outline, "none", "where the focus is can be seen");
      return;
    }
  }
  assert.fail(`Tab does not reach ${control}`);
}

describe(`the admin on ${process.env.DATABASE}`, () => {
  test("a row is made, changed, refused, deleted, and the session ended", () =>
    withPage(DEMO, {}, async (page) => {
      const [name, other] = [unique("The Glass Owls"), unique("The Brass Owls")];
      await page.goto("/admin/artists");
      await at(page, /sign-in$/);
      await page.getByLabel("E-mail address").fill(ADMIN);
      await page.getByLabel("Password").fill(PASSWORD);
      await button(page, "Sign in").click();
      await at(page, /^\/admin\/artists$/);

      await page.getByRole("link", { name: "New artist" }).click();
      await page.getByLabel("Name").fill(name);
      await button(page, "Create").click();
      await at(page, /^\/admin\/artists\/\d+$/);
      assert.equal(await heading(page).textContent(), name);

      await page.getByRole("link", { name: "Edit" }).click();
      await page.getByLabel("Name").fill(other);
      await button(page, "Save").last().click();
      await at(page, /^\/admin\/artists\/\d+$/);
      assert.equal(await heading(page).textContent(), other);

      // A name that is taken.
      await page.goto("/admin/artists/new");
      await page.getByLabel("Name").fill(other);
      await button(page, "Create").click();
      const alert = page.getByRole("alert");
      await alert.getByRole("link", { name: "Name" }).waitFor();
      await assertFocused(page, alert, "the errors have the focus");

      await page.goto(`/admin/artists?q=${encodeURIComponent(other)}`);
      await page.getByRole("link", { name: other }).click();
      await page.getByRole("link", { name: "Delete" }).click();
      await button(page, "Delete").click();
      await at(page, /^\/admin\/artists$/);
      await page.goto(`/admin/artists?q=${encodeURIComponent(other)}`);
      await page.getByText("Nothing matches.").waitFor();

      await button(page, "Sign out").click();
      await at(page, /sign-in$/);
      await page.goto("/admin/artists");
      await at(page, /sign-in$/);
    }));

  test("the same with the keyboard alone", () =>
    withPage(DEMO, {}, async (page) => {
      const { keyboard } = page;
      const [name, other] = [unique("Slow waltz"), unique("Slow polka")];
      await page.goto("/admin/genres");
      // The first field of the form gets the focus.
      await page.getByLabel("E-mail address").and(focused(page)).waitFor();
      await keyboard.type(ADMIN);
      await keyboard.press("Tab");
      await keyboard.type(PASSWORD);
      await keyboard.press("Enter");
      await at(page, /^\/admin\/genres$/);

      await keyboard.press("Tab");
      await assertFocused(page, page.getByRole("link", { name: "Skip to content" }), "the first stop leads past the menu");
      await keyboard.press("Enter");
      await tabTo(page, page.getByRole("link", { name: "New genre" }));
      await keyboard.press("Enter");
      await at(page, /new$/);
      await tabTo(page, page.getByLabel("Name"));
      await keyboard.type(name);
      await keyboard.press("Enter");
      await at(page, /^\/admin\/genres\/\d+$/);

      await tabTo(page, page.getByRole("link", { name: "Edit" }));
      await keyboard.press("Enter");
      await at(page, /edit$/);
      await tabTo(page, page.getByLabel("Name"));
      await keyboard.press("ControlOrMeta+a");
      await keyboard.type(other);
      await tabTo(page, page.locator("button.primary"));
      await keyboard.press("Space");
      await at(page, /^\/admin\/genres\/\d+$/);
      assert.equal(await heading(page).textContent(), other);

      await tabTo(page, page.getByRole("link", { name: "Delete" }));
      await keyboard.press("Enter");
      await at(page, /delete$/);
      await tabTo(page, button(page, "Delete"));
      await keyboard.press("Enter");
      await at(page, /^\/admin\/genres$/);
      assert.equal(await page.getByRole("link", { name: other }).count(), 0);

      await tabTo(page, button(page, "Sign out"));
      await keyboard.press("Enter");
      await at(page, /sign-in$/);
    }));

  for (const javaScriptEnabled of [true, false]) {
    test(`the errors have the focus and lead to their fields, ${javaScriptEnabled ? "with" : "without"} scripts`, () =>
      withAdmin(DEMO, { javaScriptEnabled }, async (page) => {
        await page.goto("/admin/customers/new");
        await page.getByLabel("First name").fill("Ada");
        await page.getByLabel("Last name").fill("Lee");
        await page.getByLabel("Email").fill("no address");
        await button(page, "Create").click();
        const alert = page.getByRole("alert");
        await alert.waitFor();
        assert.equal(await focused(page).getAttribute("role"), "alert");
        // What was entered is still there.
        assert.equal(await page.getByLabel("First name").inputValue(), "Ada");
        const links = alert.getByRole("link");
        assert.deepEqual(await links.allTextContents(), ["Email"]);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        assert.equal(await focused(page).getAttribute("id"), "f-email");
        assert.equal(await focused(page).getAttribute("aria-invalid"), "true");
      }));
  }

  test("a sign-in that is refused leads back to the password", () =>
    withPage(DEMO, {}, async (page) => {
      await page.goto("/admin/sign-in");
      await page.getByLabel("E-mail address").fill(ADMIN);
      await page.getByLabel("Password").fill("not the password");
      await button(page, "Sign in").click();
      await page.getByRole("alert").waitFor();
      assert.equal(await focused(page).getAttribute("id"), "password");
      assert.equal(await page.getByLabel("E-mail address").inputValue(), ADMIN);
    }));

  test("a form that someone else has overtaken says so where the focus is", () =>
    withAdmin(TRACKER, {}, async (page) => {
      await page.goto("/admin/issues/2/edit");
      const theirs = await page.context().newPage();
      await theirs.goto("/admin/issues/2/edit");
      await theirs.getByLabel("Title").fill(unique("A bracket"));
      await button(theirs, "Save").last().click();
      await at(theirs, /issues\/2$/);
      await page.getByLabel("Title").fill(unique("A brace"));
      await button(page, "Save").last().click();
      await page.getByRole("alert").first().waitFor();
      assert.equal(await focused(page).getAttribute("role"), "alert");
    }));

  test("a row whose name cannot be seen, and one that only joins others, can be opened", () =>
    withAdmin(DEMO, {}, async (page) => {
      await page.goto("/admin/media-types/new");
      await page.getByLabel("Name").fill("\u200b");
      await button(page, "Create").click();
      await at(page, /^\/admin\/media-types\/\d+$/);
      const path = new URL(page.url()).pathname;
      for (const list of ["/admin/media-types", "/admin/playlist-tracks"]) {
        await page.goto(list);
        for (const link of await page.locator("td a.open").all()) {
          assert.match(await link.innerText(), /[\p{L}\p{N}]/u, list);
        }
      }
      await page.goto("/admin/playlist-tracks");
      await page.locator("td a.open").first().click();
      await at(page, /^\/admin\/playlist-tracks\/\d+$/);
      await page.goto(`${path}/delete`);
      await button(page, "Delete").click();
      await at(page, /^\/admin\/media-types$/);
    }));

  test("a row that was added since is shown before anything is deleted", () =>
    withAdmin(DEMO, {}, async (page) => {
      const name = unique("The Paper Owls");
      await page.goto("/admin/artists/new");
      await page.getByLabel("Name").fill(name);
      await button(page, "Create").click();
      await at(page, /^\/admin\/artists\/\d+$/);
      const path = new URL(page.url()).pathname;
      await page.goto(`${path}/delete`);
      const other = await page.context().newPage();
      await other.goto(`/admin/albums/new?artist_id=${path.split("/").pop()}`);
      await other.getByLabel("Title").fill("First flight");
      await button(other, "Create").click();
      await at(other, /^\/admin\/albums\/\d+$/);
      await button(page, "Delete").click();
      const alert = page.getByRole("alert");
      await alert.waitFor();
      await assertFocused(page, alert, "the reason has the focus");
      assert.match(await alert.innerText(), /Nothing was deleted/);
      await page.getByRole("link", { name: "First flight" }).waitFor();
    }));

  test("what was typed into a form that is not shown again can be copied", () =>
    withAdmin(DEMO, {}, async (page) => {
      await page.goto("/admin/artists/new");
      await page.getByLabel("Name").fill(unique("The Late Owls"));
      await button(page, "Create").click();
      await at(page, /^\/admin\/artists\/\d+$/);
      await page.goto(`${new URL(page.url()).pathname}/edit`);
      // A form that cannot be read any more.
      await page.locator("input[name=_shown]").evaluate((input) => (input.value = "?"));
      await page.getByLabel("Name").fill("The Later Owls");
      await button(page, "Save").last().click();
      const kept = page.getByRole("region", { name: "What you entered" });
      assert.equal(await kept.getByLabel("Name").inputValue(), "The Later Owls");
      assert.equal(await kept.getByLabel("Name").getAttribute("readonly"), "");
    }));

  test("a form that holds what is not saved is not left unasked", () =>
    withAdmin(DEMO, {}, async (page) => {
      const asked = [];
      let stay = true;
      page.on("dialog", (dialog) => {
        asked.push(dialog.type());
        return stay ? dialog.dismiss() : dialog.accept();
      });
      await page.goto("/admin/customers/1/edit");
      await page.getByRole("link", { name: "Cancel" }).click();
      await at(page, /^\/admin\/customers\/1$/);
      assert.deepEqual(asked, [], "nothing was typed");
      await page.goto("/admin/customers/1/edit");
      await page.getByLabel("Company").fill("Owls & Sons");
      await page.getByRole("link", { name: "Cancel" }).click();
      await page.waitForTimeout(300);
      assert.deepEqual(asked, ["beforeunload"]);
      assert.equal(await page.getByLabel("Company").inputValue(), "Owls & Sons", "the page stays");
      await button(page, "Save").last().click();
      await at(page, /^\/admin\/customers\/1$/);
      assert.deepEqual(asked, ["beforeunload"], "saving is not leaving");
      await page.goto("/admin/customers/1/edit");
      await page.getByLabel("Company").fill("");
      stay = false;
      await page.getByRole("link", { name: "Cancel" }).click();
      await at(page, /^\/admin\/customers\/1$/);
      assert.equal(asked.length, 2);
    }));

  test("two presses make one row", () =>
    withAdmin(DEMO, {}, async (page) => {
      const name = unique("Twice");
      await page.goto("/admin/playlists/new");
      await page.getByLabel("Name").fill(name);
      await page.route("**/admin/playlists/new", async (route) => {
        await new Promise((done) => setTimeout(done, 400));
        await route.continue();
      });
      await button(page, "Create").evaluate((create) => {
        create.click();
        setTimeout(() => create.click(), 50);
      });
      await at(page, /^\/admin\/playlists\/\d+$/);
      await page.goto("/admin/playlists");
      assert.equal(await page.getByRole("link", { name }).count(), 1);
    }));

  test("a search for a row says what it found, and that it did not work", () =>
    withAdmin(DEMO, {}, async (page) => {
      let answer = null;
      await page.route("**/lookup?*", (route) => (answer ? route.fulfill(answer) : route.continue()));
      // A list of many rows is searched; here the script is given one.
      await page.route("**/admin/tracks/new", async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(
          "</form>",
          `<div class="picker" data-lookup="/admin/artists/lookup"><div class="chosen"><input id="f-test" name="test" list="l"
           value=""><output></output></div><div class="find"><input type="search" name="_words.test"></div></div>
           <label for="f-test">Test</label></form>`,
        );
        await route.fulfill({ response, body });
      });
      await page.goto("/admin/tracks/new");
      const search = page.getByRole("combobox", { name: "Test" });
      const said = page.locator(".picker", { has: search }).getByRole("status").last();
      await search.fill("no artist is called so");
      await said.getByText("Nothing was found.").waitFor();
      answer = { status: 503, body: "" };
      await search.fill("an");
      await said.getByText("The search did not work").waitFor();
      answer = { status: 200, json: { rows: [{ id: "1", label: "Ann" }], more: true } };
      await search.fill("ann");
      await said.getByText("There are more").waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator("input[name=test]").inputValue(), "1");
      assert.equal(await said.textContent(), "");
    }));

  test("a narrow window scrolls no page sideways and cuts no word of a list", () =>
    withAdmin(DEMO, { viewport: { width: 360, height: 740 } }, async (page) => {
      for (const path of ["/admin", "/admin/tracks", "/admin/customers", "/admin/customers/1", "/admin/invoices/1",
        "/admin/tracks/new", "/admin/artists/1/delete", "/admin/artists/999", "/graphql", "/docs", "/docs/try"]) {
        await page.goto(path);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(beyond <= 0, `${path} is ${beyond} px too wide`);
      }
      await page.goto("/admin/tracks");
      const cut = await page.locator("td a").evaluateAll((links) =>
        links.filter((link) => {
          const text = link.firstChild;
          const range = document.createRange();
          return [...text.textContent.matchAll(/\S{1,10}(?=\s|$)/g)].some(({ index, 0: word }) => {
            if (index > 0 && !/\s/.test(text.textContent[index - 1])) return false;
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            return range.getClientRects().length > 1;
          });
        }).map((link) => link.textContent));
      assert.deepEqual(cut, [], "words that are broken");
    }));
});
