// Patterns in the dialect of ECMA 262: those of a served OpenAPI document must compile, and the examples beside them must
// match; those of `patterns.json` must mean in this dialect what they mean in Rust's.
//
//   node conformance/patterns.mjs http://127.0.0.1:8080/openapi.json

import { readFileSync } from 'node:fs';

const [url, ...more] = process.argv.slice(2);
if (!url || more.length > 0) {
  console.error('usage: node patterns.mjs URL');
  process.exit(2);
}

let wrong = 0;
function fail(text) {
  wrong += 1;
  console.error(text);
}

/** Calls `visit` with each schema that has a pattern, however deep. */
function walk(node, path, visit) {
  if (node === null || typeof node !== 'object') return;
  if (typeof node.pattern === 'string') visit(node, path);
  for (const [name, member] of Object.entries(node)) walk(member, `${path}/${name}`, visit);
}

let served = 0;
walk(await (await fetch(url)).json(), '#', (schema, path) => {
  served += 1;
  try {
    const pattern = new RegExp(schema.pattern, 'u');
    for (const example of [schema.example, ...(schema.examples ?? [])]) {
      if (typeof example === 'string' && !pattern.test(example)) {
        fail(`${path}: the example ${JSON.stringify(example)} does not match ${schema.pattern}`);
      }
    }
  } catch (error) {
    fail(`${path}: ${error.message}`);
  }
});

const samples = JSON.parse(readFileSync(new URL('patterns.json', import.meta.url), 'utf8'));
for (const { rust, ecma, matches, others } of samples) {
  const pattern = new RegExp(ecma, 'u');
  for (const text of matches) {
    if (!pattern.test(text)) fail(`${rust} matches ${JSON.stringify(text)}, but ${ecma} does not`);
  }
  for (const text of others) {
    if (pattern.test(text)) fail(`${rust} does not match ${JSON.stringify(text)}, but ${ecma} does`);
  }
}
console.log(`${served} patterns of the document and ${samples.length} pairs: ${wrong} wrong`);
process.exit(wrong === 0 && served > 0 && samples.length > 0 ? 0 : 1);
