/** The tests in Node. */
import { test } from "node:test";
import { cases, type World } from "./cases.js";

const { DEMO_URL: url, ADMIN_TOKEN: token } = process.env;
if (!url || !token) {
  throw new Error("`task test:clients` runs this: DEMO_URL and ADMIN_TOKEN are not set");
}
const world: World = { url, token };
for (const [name, run] of Object.entries(cases)) {
  test(name, () => run(world));
}
