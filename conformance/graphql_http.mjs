// The audits of graphql-http: GraphQL over HTTP, as its specification says (https://graphql.github.io/graphql-over-http).
//
//   npm install --no-package-lock --prefix conformance
//   node conformance/graphql_http.mjs http://127.0.0.1:8080/graphql
//
// Ends with 1 when an audit is not `ok`; a warning (a SHOULD of the specification) counts like an error.

import { serverAudits } from 'graphql-http';

const url = process.argv[2];
if (!url || process.argv.length > 3) {
  console.error('usage: node graphql_http.mjs URL');
  process.exit(2);
}

/** What an audit saw: status, headers that matter and the start of the body. */
async function seen(response) {
  if (!response) return '';
  const body = await response.text().catch(() => '');
  return `\n    ${response.status} ${response.headers.get('content-type')} ${body.slice(0, 300)}`;
}

let wrong = 0;
const audits = serverAudits({ url });
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === 'ok') continue;
  wrong += 1;
  console.error(`${result.status} ${audit.id} ${audit.name}: ${result.reason}${await seen(result.response)}`);
}
console.log(`${audits.length - wrong} of ${audits.length} audits of graphql-http are ok`);
process.exit(wrong === 0 && audits.length > 0 ? 0 : 1);
