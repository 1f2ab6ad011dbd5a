// The browser, and what the tests do in it again and again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const DEMO = process.env.APP_URL;
export const TRACKER = process.env.TRACKER_URL;
export const ADMIN = "admin@example.com";
export const GUEST = "guest@example.com";
export const PASSWORD = process.env.PASSWORD;

let browser;

before(async () => {
  // Chromium refuses its sandbox to root, whom CI runs as. It sees our own pages alone.
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: process.getuid() !== 0 });
});
after(() => browser?.close());

/** Runs `use` with a page in a browser session of its own; what the page's scripts fail with fails the test. */
export async function withPage(site, options, use) {
  const context = await browser.newContext({ baseURL: site, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const failures = [];
  page.on("pageerror", (error) => failures.push(error.message));
  // What the page loads comes from its own server.
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== site) failures.push(`asked ${request.url()}`);
  });
  try {
    await use(page);
    assert.deepEqual(failures, []);
  } finally {
    await context.close();
  }
}

const sessions = new Map();

/** The same for an administrator, who has signed in to the site once. */
export async function withAdmin(site, options, use) {
  if (!sessions.has(site)) {
    await withPage(site, {}, async (page) => {
      await signIn(page);
      sessions.set(site, await page.context().storageState());
    });
  }
  await withPage(site, { storageState: sessions.get(site), ...options }, use);
}

export async function signIn(page, email = ADMIN) {
  await page.goto("/admin/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/admin/sign-in");
}

/** What axe finds that is serious or critical, a line each. */
async function findings(page) {
  // Through the debugger: our pages' policy runs no script but their own.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter((found) => ["serious", "critical"].includes(found.impact));
  return grave.flatMap((found) =>
    found.nodes.map((node) => `${found.impact} ${found.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`),
  );
}

/** Borders of controls that are told from what is around them by less than 3:1 (WCAG 1.4.11), which axe does not measure. */
async function faintControls(page) {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const over = (...layers) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const colour of layers) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const behind = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
      return [matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#ffffff", ...layers];
    };
    const light = (rgb) => {
      const [r, g, b] = rgb.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
      const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    };
    const faint = [];
    for (const control of document.querySelectorAll("input, select, textarea")) {
      const style = getComputedStyle(control);
      if (!control.checkVisibility() || control.disabled || control.type === "hidden") continue;
      // An editor's own input, which nobody sees.
      if (control.parentElement.clientHeight === 0) continue;
      const around = behind(control.parentElement);
      const border = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
      const edge = border ? [...around, style.borderTopColor] : [...around, style.backgroundColor];
      const found = contrast(over(...edge), over(...around));
      if (found < 3) faint.push(`faint border (${found.toFixed(2)}:1): ${control.outerHTML.slice(0, 120)}`);
    }
    return faint;
  });
}

/** Fails when the page as it is now has serious or critical findings or faint borders, in light or dark. */
export async function assertAccessible(page, what) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const line of [...(await findings(page)), ...(await faintControls(page))]) found.push(`${colorScheme}: ${line}`);
  }
  assert.equal(found.length, 0, `${what}: ${found.length} findings\n${found.join("\n")}`);
}
