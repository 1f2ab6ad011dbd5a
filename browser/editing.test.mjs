// Forms with related rows, links to choose from, rows that are made on the way: how many pages and clicks they take.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertAccessible, DEMO, TRACKER, withAdmin } from "./support.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const at = (page, path) => page.waitForURL((url) => path.test(url.pathname));

/** Counts the pages that are loaded and the clicks that are made. */
function counted(page) {
  const count = { loads: 0, clicks: 0 };
  page.on("load", () => (count.loads += 1));
  const click = (locator) => ((count.clicks += 1), locator.click());
  const choose = (locator, option) => ((count.clicks += 1), locator.selectOption(option));
  return { count, click, choose };
}

describe(`editing on ${process.env.DATABASE}`, () => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with scripts" : "without scripts";

    test(`an invoice with three lines takes at most three pages and eight clicks, ${how}`, () =>
      withAdmin(DEMO, { javaScriptEnabled }, async (page) => {
        const { count, click, choose } = counted(page);
        await page.goto("/admin/invoices/new");
        await choose(page.getByLabel("Customer", { exact: false }).first(), { index: 1 });
        await page.getByLabel("Invoice date").fill("2026-01-31T12:00");
        await page.getByLabel("Total").fill("2.97");
        for (const row of [1, 2, 3]) {
          await choose(page.getByLabel(`Track, row ${row}`, { exact: true }), { index: row });
          await page.getByLabel(`Unit price, row ${row}`, { exact: true }).fill("0.99");
        }
        await click(button(page, "Create"));
        await at(page, /^\/admin\/invoices\/\d+$/);
        assert.equal(await page.locator("section.related tbody tr").count(), 3);
        assert.ok(count.loads <= 3 && count.clicks <= 8, JSON.stringify(count));

        // One line goes, one comes, one is changed.
        await page.goto(`${new URL(page.url()).pathname}/edit`);
        await page.getByLabel("Quantity, row 1", { exact: true }).fill("4");
        await page.getByLabel("Remove row 2", { exact: true }).check();
        await button(page, "Add a row").click();
        await page.getByLabel("Track, row 5", { exact: true }).selectOption({ index: 4 });
        await page.getByLabel("Unit price, row 5", { exact: true }).fill("1.50");
        await button(page, "Save").last().click();
        await at(page, /^\/admin\/invoices\/\d+$/);
        const related = page.locator("section.related tbody tr");
        assert.equal(await related.count(), 3);
        assert.match(await related.first().textContent(), /4/);
      }));

    test(`a track comes into two playlists in two pages, ${how}`, () =>
      withAdmin(DEMO, { javaScriptEnabled }, async (page) => {
        for (const name of ["Morning", "Evening"]) {
          await page.goto("/admin/playlists/new");
          await page.getByLabel("Name", { exact: true }).or(page.getByLabel("Name*", { exact: true })).first().fill(`${name} ${how}`);
          await button(page, "Create").click();
          await at(page, /^\/admin\/playlists\/\d+$/);
        }
        const { count, click } = counted(page);
        await page.goto("/admin/tracks/1/edit");
        for (const name of ["Morning", "Evening"]) await click(page.getByLabel(`${name} ${how}`, { exact: true }));
        await click(button(page, "Save").last());
        await at(page, /^\/admin\/tracks\/1$/);
        assert.ok(count.loads <= 2, JSON.stringify(count));
        for (const name of ["Morning", "Evening"]) await page.getByRole("link", { name: `${name} ${how}` }).waitFor();
      }));

    test(`a row made on the way comes back chosen, ${how}`, () =>
      withAdmin(DEMO, { javaScriptEnabled }, async (page) => {
        const name = `Label ${how} ${Math.random().toString(36).slice(2, 8)}`;
        await page.goto("/admin/albums/new");
        await page.locator("[name=title]").fill("On the way");
        await button(page, "New artist").click();
        await page.getByRole("heading", { level: 1, name: "New artist" }).waitFor();
        await page.locator("[name=name]").fill(name);
        await button(page, "Create").click();
        await page.getByText("was made and is chosen below").waitFor();
        assert.equal(await page.locator("[name=title]").inputValue(), "On the way");
        await button(page, "Create").click();
        await at(page, /^\/admin\/albums\/\d+$/);
        await page.getByRole("link", { name }).first().waitFor();
      }));
  }

  test("these pages are accessible", () =>
    withAdmin(DEMO, {}, async (page) => {
      for (const path of ["/admin/invoices/new", "/admin/invoices/1/edit", "/admin/tracks/1/edit"]) {
        await page.goto(path);
        await assertAccessible(page, path);
      }
    }));

  test("a change is put back from the history, and a deletion is undone", () =>
    withAdmin(TRACKER, {}, async (page) => {
      await page.goto("/admin/issues/1/edit");
      const title = page.locator("[name=title]");
      const before = await title.inputValue();
      await title.fill("Changed for a moment");
      await button(page, "Save").last().click();
      await at(page, /^\/admin\/issues\/1$/);
      await page.getByRole("link", { name: "History", exact: true }).click();
      await at(page, /^\/admin\/issues\/1\/history$/);
      await assertAccessible(page, "the history of a row");
      await button(page, "Put back: Title").first().click();
      await page.getByText("Saved.").waitFor();
      await page.goto("/admin/issues/1/edit");
      assert.equal(await page.locator("[name=title]").inputValue(), before);

      await page.goto("/admin/issues/1/delete");
      await button(page, "Delete").click();
      await at(page, /^\/admin\/issues$/);
      await page.goto("/admin/issues/trash");
      await assertAccessible(page, "the trash");
      await page.getByRole("button", { name: /^Restore: / }).first().click();
      await at(page, /^\/admin\/issues\/1$/);
      await page.goto("/admin/issues/1/delete");
      await button(page, "Delete").click();
      await button(page, "Undo").click();
      await page.getByText("Restored.").waitFor();
      await page.goto("/admin/history");
      await assertAccessible(page, "the log");
    }));
});
