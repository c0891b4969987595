'use strict';
const net = require('net');
const readline = require('readline');

const [name, url] = process.argv.slice(2);
const parts = /^chat:\/\/([^:/]+):(\d{1,5})\/?$/.exec(url || '');
if (process.argv.length !== 4 || !/^[A-Za-z0-9_-]{1,20}$/.test(name) || !parts || +parts[2] < 1 || +parts[2] > 65535) {
  console.error('Usage: client USERNAME chat://HOST:PORT');
  process.exit(2);
}

console.log('Connecting to server ...');
let keyboard = null;
let leaving = false;
let came = '';
const server = net.connect({ host: parts[1], port: +parts[2] });
server.setEncoding('utf8');

function fail(sentence) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
}

function leave() {
  if (leaving) return;
  leaving = true;
  server.end(`DISCONNECT ${name} CHAT/1.0\n`);
  setTimeout(() => process.exit(0), 1000).unref();
  server.on('close', () => process.exit(0));
}

function ready() {
  console.log('Registration successful.  Ready for messaging!');
  keyboard = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  keyboard.on('line', (line) => {
    if (line === '/quit') return leave();
    if (line.trim() && !leaving) server.write(`@${name}: ${line}\n`);
    keyboard.prompt();
  });
  keyboard.on('SIGINT', leave);
  keyboard.on('close', leave);
  keyboard.prompt();
}

function hear(line) {
  if (!keyboard) {
    if (/^200\b/.test(line)) return ready();
    fail(/^40[01]\b/.test(line) ? `The server refuses us: ${line}` : 'That is no chat server.');
  }
  if (line === 'DISCONNECT CHAT/1.0') {
    console.log('\nThe server has closed the chat.');
    process.exit(0);
  }
  readline.clearLine(process.stdout, 0);
  readline.cursorTo(process.stdout, 0);
  console.log(line.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'));
  keyboard.prompt(true);
}

process.on('SIGINT', leave);
process.on('SIGTERM', leave);
server.on('connect', () => {
  console.log('Connection to server established. Sending intro message...');
  server.write(`REGISTER ${name} CHAT/1.0\n`);
});
server.on('data', (text) => {
  came += text;
  const lines = came.split('\n');
  came = lines.pop();
  for (const line of lines) hear(line);
});
server.on('error', (error) => { if (!leaving) fail(`${error.code}: no chat at ${url}`); });
server.on('end', () => { if (!leaving) fail('The connection to the server is lost.'); });
