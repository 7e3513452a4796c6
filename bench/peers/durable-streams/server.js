// The reference server of the Durable Streams protocol, in memory or, with DATA_DIR, on files.
import { DurableStreamTestServer } from '@durable-streams/server';

const server = new DurableStreamTestServer({
  port: 0,
  host: '127.0.0.1',
  dataDir: process.env.DATA_DIR || undefined,
});
const url = await server.start();
console.log(`reference ready on ${new URL(url).port}`);
process.on('SIGTERM', () => process.exit(0));
