/** The tests in a page: `run` answers what has failed. */
import { cases, type World } from "./cases.js";

async function run(world: World): Promise<Record<string, string | null>> {
  const results: Record<string, string | null> = {};
  for (const [name, test] of Object.entries(cases)) {
    try {
      await test(world);
      results[name] = null;
    } catch (error) {
      results[name] = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
    }
  }
  return results;
}

Object.assign(globalThis, { run });
