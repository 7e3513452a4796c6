// The plainest server of the npm package ws: what is put is sent to all sockets.
import http from 'node:http';
import { WebSocketServer } from 'ws';

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const text = Buffer.concat(parts).toString();
    sockets.clients.forEach(socket => socket.send(text));
    response.writeHead(204).end();
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', socket => {
  socket.on('message', () => socket.send('{"event":"begun"}'));
});
server.listen(0, '127.0.0.1', () => console.log(`ws ready on ${server.address().port}`));
process.on('SIGUSR2', () => global.gc?.());
