/** Assertions that run in Node and in a page. */

export function equal(actual: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) {
    throw new Error(`${left} is not ${right}`);
  }
}

export function holds(condition: boolean, what: string): void {
  if (!condition) {
    throw new Error(what);
  }
}

/** What a call fails with. */
export async function failure<Kind extends Error>(of: new (...given: never[]) => Kind, call: () => Promise<unknown>): Promise<Kind> {
  try {
    await call();
  } catch (error) {
    if (error instanceof of) {
      return error;
    }
    throw error;
  }
  throw new Error(`it did not fail with ${of.name}`);
}
