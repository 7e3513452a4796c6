// A cached GET and a session as a Node team writes them: Fastify in front of ioredis, one process a core.
import cluster from 'node:cluster';
import os from 'node:os';
import cookie from '@fastify/cookie';
import session from '@fastify/session';
import Fastify from 'fastify';
import RedisStore from 'fastify-session-redis-store';
import { Redis } from 'ioredis';

const port = Number(process.env.PORT || 0);

if (cluster.isPrimary) {
  let listening = 0;
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
  cluster.on('listening', (worker, address) => {
    listening++;
    if (listening === os.availableParallelism()) {
      console.log(`fastify ready on ${address.port}`);
    }
  });
  process.on('SIGTERM', () => process.exit(0));
} else {
  const redis = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
  const app = Fastify();
  app.get('/api/v1/:space/caches/topic/:id', async (request, reply) => {
    const value = await redis.get(`cache:topic:${request.params.id}`);
    if (value === null) return reply.code(404).send();
    return reply.header('content-type', 'application/json').send(value);
  });
  app.register(async sessions => {
    sessions.register(cookie);
    sessions.register(session, {
      secret: 'a secret of more than thirty-two characters',
      cookie: { secure: false, maxAge: 1800000 },
      rolling: true,
      store: new RedisStore({ client: redis, prefix: 'fastify:', ttl: 1800 }),
    });
    sessions.get('/session/open', async request => {
      request.session.user_id = 'u1';
      request.session.preferences = { preferred_topics: ['x'.repeat(400)], playback_speed_default: 1.0 };
      return { opened: true };
    });
    sessions.get('/session', async (request, reply) => {
      if (!request.session.user_id) return reply.code(404).send();
      return { user_id: request.session.user_id, preferences: request.session.preferences };
    });
  });
  await app.listen({ port, host: '127.0.0.1' });
}
