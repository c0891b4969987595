// Node with promises: dgram, and the keyboard as an async iterator of lines.
import dgram from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST = 1200;
const [host, port, name, ...rest] = process.argv.slice(2);
const isRight =
  rest.length === 0 && /^[0-9]+$/.test(port ?? '') && port >= 1 && port <= 65535 && /^[A-Za-z0-9_-]{1,20}$/.test(name ?? '');
if (!isRight) {
  process.stderr.write('Usage: start.sh HOST PORT NAME\n');
  process.exit(2);
}

const waiting = new Map();
const printed = new Set();
let udp;

function receive(datagram, from, server) {
  if (from.address !== server.address || from.port !== +port) return;
  const text = datagram.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(datagram)) return;
  const [verb, ...fields] = text.split(' ');
  if (verb === 'MSG' && fields.length >= 3 && /^[0-9]+$/.test(fields[0])) {
    const [id, who, ...words] = fields;
    const got = () => udp.send(`GOT ${id}`, +port, server.address);
    if (printed.has(id)) {
      got();
    } else {
      printed.add(id);
      process.stdout.write(`${who}: ${words.join(' ')}\n`, got);
    }
  } else if (waiting.has(text)) {
    waiting.get(text)('');
  } else if (verb === 'ERROR' && fields.length > 1) {
    for (const answer of waiting.values()) answer(fields.join(' '));
  }
}

async function ask(server, request, answer, tries = 20) {
  const answered = new Promise((resolve) => waiting.set(answer, resolve));
  try {
    for (let i = 0; i < tries; i++) {
      udp.send(request, +port, server.address);
      const came = await Promise.race([answered, sleep(250, null)]);
      if (came !== null) return came;
    }
  } finally {
    waiting.delete(answer);
  }
  throw new Error(`there is no answer at ${host}:${port}`);
}

async function bye(server) {
  try {
    await ask(server, 'BYE', 'BYE', 4);
  } catch {
    // then without an answer
  }
  process.exit(0);
}

async function main() {
  const server = await lookup(host);
  udp = dgram.createSocket(server.family === 6 ? 'udp6' : 'udp4');
  udp.on('message', (datagram, from) => receive(datagram, from, server));
  let joined = false;
  process.on('SIGINT', () => (joined ? bye(server) : process.exit(0)));
  const refused = await ask(server, `HELLO ${name}`, `WELCOME ${name}`);
  if (refused) throw new Error(refused);
  joined = true;
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, terminal: false })) {
    if (line === '/quit') break;
    if (line === '') continue;
    const request = `SAY ${number + 1} ${line}`;
    if (Buffer.byteLength(request) > LONGEST) {
      console.error(`${Buffer.byteLength(request)} bytes do not fit into a datagram of ${LONGEST}`);
      continue;
    }
    number += 1;
    const why = await ask(server, request, `OK ${number}`);
    if (why) console.error(`not accepted: ${why}`);
  }
  await bye(server);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
