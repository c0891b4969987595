// Node's own readline at a terminal: it edits the line itself (raw mode), and Ctrl-C is an event of its own.
'use strict';

const dgram = require('node:dgram');
const readline = require('node:readline');

const [host, port, name] = process.argv.slice(2);

function usage() {
  console.error('usage: start.sh HOST PORT NAME');
  process.exit(2);
}

if (!/^\d{1,5}$/.test(port ?? '') || +port < 1 || +port > 65535) usage();
if (!/^[A-Za-z0-9_-]{1,20}$/.test(name ?? '')) usage();

const udp = dgram.createSocket('udp4');
const screen = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: `${name}> ` });
const heard = new Set();
const queue = [];
let number = 0;
let current = null;
let leaving = false;
let joined = false;
let server = null;

function end(why) {
  leaving = true;
  if (why) console.error(why);
  screen.close();
  process.exit(why ? 1 : 0);
}

function next() {
  if (current || queue.length === 0) return;
  current = { ...queue.shift(), tries: 0 };
  repeat();
}

function repeat() {
  if (current.tries === (current.text === 'BYE' ? 4 : 20)) {
    end(current.text === 'BYE' ? '' : 'No answer. Is there a server?');
  }
  current.tries += 1;
  udp.send(current.text);
  current.timer = setTimeout(repeat, 250);
}

function ask(text, answer) {
  queue.push({ text, answer });
  next();
}

function answered() {
  clearTimeout(current.timer);
  const was = current;
  current = null;
  joined = true;
  if (was.text === 'BYE') end('');
  next();
}

function above(line) {
  readline.cursorTo(process.stdout, 0);
  readline.clearLine(process.stdout, 0);
  process.stdout.write(`${line}\n`);
  screen.prompt(true);
}

function leave() {
  if (leaving) return;
  leaving = true;
  if (!joined) end('');
  ask('BYE', 'BYE');
}

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

udp.on('message', (datagram) => {
  let said;
  try {
    said = text.decode(datagram);
  } catch {
    return;
  }
  const message = /^MSG (\d{1,10}) ([\w-]{1,20}) (.*)$/s.exec(said);
  if (message) {
    const [, id, who, what] = message;
    if (!heard.has(id)) {
      heard.add(id);
      above(`${who}: ${what}`);
    }
    udp.send(`GOT ${id}`);
  } else if (current && said === current.answer) {
    answered();
  } else if (current && said.startsWith('ERROR ')) {
    if (current.text.startsWith('HELLO')) end(`The server refuses: ${said}`);
    above(`(${said})`);
    answered();
  }
});

udp.on('error', (error) => end(`The network says: ${error.message}`));
udp.connect(+port, host, () => {
  ask(`HELLO ${name}`, `WELCOME ${name}`);
  screen.prompt();
});

screen.on('line', (line) => {
  if (leaving) return;
  if (line === '/quit') {
    leave();
    return;
  }
  const request = `SAY ${number + 1} ${line}`;
  if (Buffer.byteLength(request) > 1200) {
    above('(Not sent: it is longer than a datagram may be.)');
  } else if (line) {
    number += 1;
    ask(request, `OK ${number}`);
  }
  screen.prompt();
});
screen.on('SIGINT', leave);
screen.on('close', leave);
