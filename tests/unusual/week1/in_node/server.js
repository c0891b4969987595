// Echo one message, in Node: everything is an event.
'use strict';

const net = require('node:net');

const [host, port] = process.argv.slice(2);

if (host === undefined || !/^\d+$/.test(port ?? '') || +port < 1 || +port > 65535) {
  console.error('Usage: start.sh HOST PORT');
  process.exit(2);
}

let guest = null;

const server = net.createServer((socket) => {
  if (guest !== null) {
    socket.destroy();
    return;
  }
  guest = socket;
  server.close();
  socket.once('data', (message) => socket.end(message));
  socket.on('error', (error) => console.error(error.message));
});

server.on('error', (error) => {
  console.error(`Cannot listen: ${error.message}`);
  process.exitCode = 1;
});

server.listen(+port, host);
