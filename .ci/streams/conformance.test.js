import { runConformanceTests } from "@durable-streams/server-conformance-tests";

runConformanceTests({ baseUrl: process.env.AETHERKEEP_URL, subscriptions: true });
