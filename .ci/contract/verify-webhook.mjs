// Verifies a message with the library of Standard Webhooks: the secret in SECRET, headers and body in MESSAGE.
import { Webhook } from "standardwebhooks";

const { headers, body } = JSON.parse(process.env.MESSAGE);
console.log(new Webhook(process.env.SECRET).verify(body, headers).type);
