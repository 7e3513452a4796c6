/**
 * Generates TypeScript types from the contracts: `types/openapi.d.ts` of the OpenAPI document, and
 * `types/asyncapi.d.ts` of the payloads of the AsyncAPI document.
 *
 *     node build/types.js [openapi.json] [asyncapi.json]
 *
 * Without arguments it uses the documents that Maven has assembled in router-verticle/target.
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const CONTRACTS = new URL("../../../router-verticle/target/classes/io/aetherkeep/router/", import.meta.url);
const TYPES = new URL("../types/", import.meta.url);

async function json(path, name) {
  const file = path ?? new URL(name, CONTRACTS);
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file} cannot be read: run \`mvn -q compile\` first, or pass the documents`, { cause });
  }
}

/** Creates an OpenAPI document whose schemas are the payloads of an AsyncAPI document's messages. */
function asOpenApi(asyncapi) {
  const messages = Object.entries(asyncapi.components.messages);
  return {
    openapi: "3.1.0",
    info: asyncapi.info,
    components: {
      schemas: {
        ...asyncapi.components.schemas,
        ...Object.fromEntries(messages.map(([name, message]) => [name, message.payload])),
      },
    },
  };
}

const [openapi, asyncapi] = process.argv.slice(2);
await mkdir(TYPES, { recursive: true });
const documents = {
  "openapi.d.ts": await json(openapi, "openapi.json"),
  "asyncapi.d.ts": asOpenApi(await json(asyncapi, "asyncapi.json")),
};
for (const [name, document] of Object.entries(documents)) {
  await writeFile(new URL(name, TYPES), astToString(await openapiTS(document, { emptyObjectsUnknown: true, defaultNonNullable: false })));
}
