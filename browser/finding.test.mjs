// Lists of the admin: filters in one form, with scripts and without, many rows, and Ctrl-K.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEMO, assertAccessible, withAdmin } from "./support.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const value = (page, name) => page.locator(`[name="v.${name}"]`);

/** The customers of a country with invoices over an amount: one form. */
async function filter(page, country, total) {
  await value(page, "country").fill(country);
  await page.getByText("Invoices", { exact: true }).last().click();
  await page.locator('[name="o.invoices.total"]').selectOption("gt");
  await value(page, "invoices.total").fill(total);
  await button(page, "Show").last().click();
  await page.waitForURL((url) => url.searchParams.get("f.country") === country);
  assert.equal(new URL(page.url()).searchParams.get("f.invoices.total[gt]"), total);
}

describe(`lists on ${process.env.DATABASE}`, () => {
  test("customers of a country with invoices over an amount are one form, without scripts", () =>
    withAdmin(DEMO, { javaScriptEnabled: false }, async (page) => {
      await page.goto("/admin/customers");
      await page.getByRole("link", { name: "Add filter" }).click();
      await page.waitForURL(/\/admin\/customers\/filter/);
      await filter(page, "Nowhere", "10");
      await page.getByText("Nothing matches.").waitFor();
      await page.getByRole("link", { name: "Remove this filter" }).first().click();
      await page.waitForURL((url) => !url.searchParams.has("f.country"));
    }));

  test("the same form opens above the list", () =>
    withAdmin(DEMO, {}, async (page) => {
      await page.goto("/admin/customers");
      await page.getByRole("link", { name: "Add filter" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await assertAccessible(page, "the dialog of filters");
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "Add filter" }).click();
      await page.getByRole("dialog").waitFor();
      await filter(page, "Nowhere", "10");
    }));

  test("Ctrl-K jumps to a list", () =>
    withAdmin(DEMO, {}, async (page) => {
      await page.goto("/admin");
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await assertAccessible(page, "the dialog of Ctrl-K");
      await page.keyboard.type("artists");
      await page.getByRole("dialog").getByRole("link").first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/admin\/artists$/);
    }));

  test("one box chooses all rows of a page", () =>
    withAdmin(DEMO, {}, async (page) => {
      await page.goto("/admin/artists");
      await page.getByLabel("Choose all rows of this page").check();
      const boxes = await page.locator('tbody input[name="_id"]').count();
      assert.equal(await page.locator('tbody input[name="_id"]:checked').count(), boxes);
      await button(page, "Set a field").click();
      await page.waitForURL(/\/many\/set/);
      await page.getByRole("heading", { name: new RegExp(`^Set a field of ${boxes} `) }).waitFor();
    }));

  test("a list fits on a phone", () =>
    withAdmin(DEMO, { viewport: { width: 390, height: 844 } }, async (page) => {
      for (const path of ["/admin/customers?f.city=x&cols=city,country", "/admin/customers/filter", "/admin/artists/import"]) {
        await page.goto(path);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(beyond <= 0, `${path} is ${beyond} px too wide`);
      }
    }));
});
