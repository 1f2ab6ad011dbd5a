// Written by the application's command `client typescript` from its entities: change those, not this.

export { Client } from "./client.js";
export type * as models from "./models.js";
export type * as params from "./params.js";
export * from "./runtime.js";
