// Writes graphql-js's verdict beside each document of `documents.json`: whether a request with it gets as far as execution.
//
//   npm install --no-package-lock && node verdicts.mjs
//
// The schema is that of the test, in its snapshot. To add documents, add entries without a verdict and run this.

import { readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';

const file = new URL('documents.json', import.meta.url);
const snapshot = new URL('../snapshots/it__graphql__validation__sdl.snap', import.meta.url);
const sdl = readFileSync(snapshot, 'utf8').split('\n---\n')[1];
const schema = buildSchema(sdl);

function accepts({ query, variables, operationName }) {
  let document;
  try {
    document = parse(query);
  } catch {
    return false;
  }
  if (validate(schema, document).length > 0) return false;
  const operation = getOperationAST(document, operationName);
  if (!operation) return false;
  return !getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}).errors;
}

const documents = JSON.parse(readFileSync(file, 'utf8'));
const judged = documents.map(({ accepted: _, ...document }) => ({ ...document, accepted: accepts(document) }));
const ascii = (text) => text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
writeFileSync(file, `[\n${judged.map((one) => `  ${ascii(JSON.stringify(one))}`).join(',\n')}\n]\n`);
const accepted = judged.filter((one) => one.accepted).length;
console.log(`${accepted} accepted, ${judged.length - accepted} refused`);
