'use strict';
// One loop, as ever in Node; what its runtime does with threads of its own is not ours.
const net = require('net');

const LONGEST = 65536;
const MOST = 1048576;
const members = new Map();

let port = 0;
const words = process.argv.slice(2);
if (words.length === 2 && words[0] === '--port' && /^\d{1,5}$/.test(words[1])) port = +words[1];
else if (words.length) {
  console.error('usage: server [--port PORT]');
  process.exit(2);
}

function send(socket, data) {
  if (socket.destroyed) return;
  socket.write(data);
  if (socket.writableLength > MOST) leave(socket, null);
}

function leave(socket, lastWords) {
  if (members.get(socket.chatName) === socket) members.delete(socket.chatName);
  socket.gone = true;
  if (lastWords) socket.end(lastWords, () => socket.destroy());
  else socket.destroy();
}

function take(socket, line) {
  const text = line.toString('latin1');
  if (socket.chatName === undefined) {
    const found = /^REGISTER ([A-Za-z0-9_-]{1,20}) CHAT\/1\.0\r?$/.exec(text);
    if (!found) return leave(socket, '400 Invalid registration\n');
    if (members.has(found[1])) return leave(socket, '401 Client already registered\n');
    socket.chatName = found[1];
    members.set(found[1], socket);
    return send(socket, '200 Registration successful\n');
  }
  if (text === `DISCONNECT ${socket.chatName} CHAT/1.0`) return leave(socket, null);
  for (const other of [...members.values()]) {
    if (other !== socket) send(other, Buffer.concat([line, Buffer.from('\n')]));
  }
}

const server = net.createServer((socket) => {
  let came = Buffer.alloc(0);
  socket.on('data', (data) => {
    if (socket.gone) return;
    came = Buffer.concat([came, data]);
    for (let end = came.indexOf(10); end >= 0 && !socket.gone; end = came.indexOf(10)) {
      if (end >= LONGEST) return leave(socket, null);
      const line = came.subarray(0, end);
      came = came.subarray(end + 1);
      take(socket, line);
    }
    if (came.length >= LONGEST) leave(socket, null);
  });
  socket.on('error', () => {});
  socket.on('close', () => leave(socket, null));
});

function goodbye() {
  for (const socket of members.values()) socket.end('DISCONNECT CHAT/1.0\n');
  setTimeout(() => process.exit(0), 300);
}

process.on('SIGINT', goodbye);
process.on('SIGTERM', goodbye);
server.on('error', (error) => {
  console.error(`Cannot listen: ${error.code}`);
  process.exit(1);
});
server.listen({ port, host: 'localhost', backlog: 200 }, () => {
  console.log(`Will wait for client messages at port ${server.address().port}`);
  console.log('Waiting for incoming client connections ...');
});
