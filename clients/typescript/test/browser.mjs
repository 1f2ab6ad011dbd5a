// Runs the tests of `dist/page.mjs` in Chromium, on a page of another origin than the demo's.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const { DEMO_URL: url, ADMIN_TOKEN: token, CHROMIUM: executablePath, PAGE_PORT: port } = process.env;
const script = await readFile(new URL("../dist/page.mjs", import.meta.url));

test("the client in Chromium", async (t) => {
  const pages = createServer((request, response) => {
    const isScript = request.url === "/page.mjs";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.mjs"></script>');
  });
  await new Promise((resolve) => pages.listen(Number(port), "127.0.0.1", resolve));
  // Chromium refuses its sandbox to root, whom CI runs as. It sees our own pages alone.
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid() !== 0 });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction(() => typeof globalThis.run === "function");
    const results = await page.evaluate((world) => globalThis.run(world), { url, token });
    assert.ok(Object.keys(results).length > 10);
    for (const [name, failure] of Object.entries(results)) {
      await t.test(name, () => assert.equal(failure, null));
    }
  } finally {
    await browser.close();
    pages.close();
  }
});
