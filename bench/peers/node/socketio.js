// socket.io with its Redis adapter: what is put is emitted to all sockets of all nodes.
import http from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const publisher = new Redis(process.env.REDIS_URL);
const server = http.createServer();
const io = new Server(server, {
  adapter: createAdapter(publisher, publisher.duplicate()),
  pingInterval: 600000,
  perMessageDeflate: false,
});
// Engine.io's own handler takes only its path.
server.on('request', (request, response) => {
  if (request.method !== 'PUT') return;
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    io.emit('change', JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(`socketio ready on ${server.address().port}`));
process.on('SIGUSR2', () => global.gc?.());
