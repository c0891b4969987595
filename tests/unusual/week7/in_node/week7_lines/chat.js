'use strict';
const net = require('net');
const [what, host, port, ...more] = process.argv.slice(2);

function fail(status, sentence) {
  process.stderr.write(sentence + '\n');
  process.exit(status);
}
if (!port || more.length || !/^\d{1,5}$/.test(port) || +port < 1 || +port > 65535) fail(2, `usage: ${what}.py HOST PORT`);
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function serve(take) {
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(0));
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, take);
  server.on('error', (error) => fail(1, error.message));
  server.listen({ host, port: +port, backlog: 511 });
}

function echo(socket) {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
}

const users = new Map();
const rooms = new Map();
const NAME = /^[A-Za-z0-9_-]{1,20}$/;
const isRoom = (text) => text[0] === '#' && NAME.test(text.slice(1));
const list = (...words) => words.join(' ');
const sorted = (names) => [...names].sort(byBytes);

class User {
  constructor(socket) {
    Object.assign(this, { socket, name: '', rest: Buffer.alloc(0), skipping: false, gone: false });
    socket.on('error', () => this.leave());
    socket.on('close', () => this.leave());
    socket.on('data', (data) => this.take(data));
    socket.on('end', () => {
      this.leave();
      socket.end();
    });
  }
  put(...words) {
    if (this.socket.destroyed || this.socket.writableEnded) return;
    this.socket.write(list(...words) + '\n');
    if (this.socket.writableLength > 1048576) this.socket.destroy();
  }
  others(names, ...words) {
    for (const name of names) if (name !== this.name) users.get(name).put(...words);
  }
  part(room) {
    const members = rooms.get(room);
    members.delete(this.name);
    this.others(members, 'PARTED', room, this.name);
    if (!members.size) rooms.delete(room);
  }
  leave() {
    this.gone = true;
    if (users.get(this.name) !== this) return;
    for (const [room, members] of [...rooms]) if (members.has(this.name)) this.part(room);
    this.others(users.keys(), '-', this.name);
    users.delete(this.name);
  }
  take(data) {
    data = this.rest.length ? Buffer.concat([this.rest, data]) : data;
    let start = 0;
    for (let end; (end = data.indexOf(10, start)) >= 0; start = end + 1) {
      if (this.skipping) this.skipping = false;
      else if (end - start > 511) this.put('ERR 413 too long');
      else this.line(data.subarray(start, data[end - 1] === 13 && end > start ? end - 1 : end));
    }
    this.rest = data.subarray(start);
    if (this.rest.length > 512 && !this.skipping) {
      this.skipping = true;
      this.put('ERR 413 too long');
    }
    if (this.skipping) this.rest = Buffer.alloc(0);
  }
  line(bytes) {
    if (!bytes.length || this.gone) return;
    let error = '400 not UTF-8, or a NUL byte';
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      if (!text.includes('\0')) error = this.obey(text);
    } catch (wrong) {
      if (!(wrong instanceof TypeError)) throw wrong;
    }
    if (error) this.put('ERR', error);
  }
  obey(text) {
    const place = text.indexOf(' ');
    const word = (place < 0 ? text : text.slice(0, place)).replace(/[a-z]/g, (c) => c.toUpperCase());
    const rest = place < 0 ? null : text.slice(place + 1);
    const cut = rest === null ? -1 : rest.indexOf(' ');
    const [first, last] = cut < 0 ? [rest, null] : [rest.slice(0, cut), rest.slice(cut + 1)];
    if (!/^(LOGIN|LOGOUT|TELL|ALL|WHO|CREATE|JOIN|PART|ROOM|ROOMS|PING)$/.test(word)) return '405 unknown';
    if (!this.name && word !== 'LOGIN' && word !== 'PING') return '401 log in';
    if (/^(LOGOUT|WHO|ROOMS)$/.test(word) ? rest !== null : !rest) return '400 fields';
    if (word === 'LOGIN' && !NAME.test(rest)) return '400 a name';
    if (word === 'TELL' && !(NAME.test(first) && last)) return '400 a name and a text';
    if (/^(CREATE|JOIN|PART)$/.test(word) && !isRoom(rest)) return '400 a room';
    if (word === 'ROOM' && !(isRoom(first) && last)) return '400 a room and a text';
    return this[word](word === 'PING' || word === 'ALL' ? rest : first, last);
  }
  LOGIN(name) {
    if (this.name || users.has(name)) return '409 no';
    this.name = name;
    users.set(name, this);
    this.put('OK LOGIN', name);
    this.WHO();
    this.others(users.keys(), '+', name);
  }
  LOGOUT() {
    this.put('OK LOGOUT');
    this.leave();
    this.socket.end();
  }
  TELL(name, text) {
    if (!users.has(name)) return '404 nobody';
    this.put('OK TELL');
    users.get(name).put('FROM', this.name, text);
  }
  ALL(text) {
    this.put('OK ALL');
    this.others(users.keys(), 'ALL', this.name, text);
  }
  WHO() {
    this.put('USERS', ...sorted(users.keys()));
  }
  ROOMS() {
    this.put('ROOMS', ...sorted(rooms.keys()));
  }
  PING(text) {
    this.put('PONG', text);
  }
  CREATE(room) {
    if (rooms.has(room)) return '409 there is one';
    rooms.set(room, new Set([this.name]));
    this.put('OK CREATE', room);
  }
  JOIN(room) {
    if (!rooms.has(room)) return '404 no room';
    if (rooms.get(room).has(this.name)) return '409 you are there';
    rooms.get(room).add(this.name);
    this.put('OK JOIN', room);
    this.put('MEMBERS', room, ...sorted(rooms.get(room)));
    this.others(rooms.get(room), 'JOINED', room, this.name);
  }
  member(room) {
    return !rooms.has(room) ? '404 no room' : !rooms.get(room).has(this.name) ? '403 no member' : '';
  }
  PART(room) {
    const error = this.member(room);
    if (error) return error;
    this.put('OK PART', room);
    this.part(room);
  }
  ROOM(room, text) {
    const error = this.member(room);
    if (error) return error;
    this.put('OK ROOM');
    this.others(rooms.get(room), 'ROOM', room, this.name, text);
  }
}

function client() {
  const here = new Set();
  const commands = new Set(['/tell', '/create', '/join', '/part', '/room', '/rooms']);
  const typed = [];
  let [name, asked, over, leaving, rest] = ['', '', false, false, Buffer.alloc(0)];
  const show = (text) => process.stdout.write(text.replace(/[\x00-\x1f\x7f-\x9f]/g, '\u00b7') + '\n');
  const ask = () => process.stdout.write('name: ');
  const socket = net.connect(+port, host, ask);
  socket.on('error', (error) => fail(1, error.message));
  socket.on('close', () => (leaving ? process.exit(0) : fail(1, 'the server is gone')));
  const send = (line) => {
    if (Buffer.byteLength(line) > 511) return show('this line is too long');
    socket.write(line + '\n');
    return true;
  };
  const leave = () => {
    if (leaving) return;
    leaving = true;
    if (!name) process.exit(0);
    socket.write('LOGOUT\n');
    setTimeout(() => process.exit(0), 1000);
  };
  const next = () => {
    while (typed.length && !leaving) {
      if (!name && asked) return;
      const line = typed.shift();
      const [word] = line.split(' ', 1);
      if (line === '/quit') leave();
      else if (!name) send(`LOGIN ${line}`) && (asked = line);
      else if (word === '/who') show(`here: ${sorted(here).join(' ')}`);
      else if (commands.has(word)) send(word.slice(1).toUpperCase() + line.slice(word.length));
      else if (word[0] === '/') show('there is no such command');
      else if (line) send(`ALL ${line}`);
    }
    if (over && !typed.length) leave();
  };
  const hear = (line) => {
    const [word, first, ...texts] = line.split(' ');
    if (!name && line === `OK LOGIN ${asked}`) name = asked;
    else if (!name && word === 'ERR' && /^40[09]$/.test(first)) (asked = ''), show(texts.join(' ')), ask();
    else if (!name) fail(1, `this is no chat: ${line}`);
    else if (word === 'ALL') show(`${first}: ${texts.join(' ')}`);
    else if (word === 'FROM') show(`${first}: ${texts.join(' ')} (private)`);
    else if (word === 'ROOM') show(`${first} ${texts[0]}: ${texts.slice(1).join(' ')}`);
    else if (word === '+') here.add(first), show(`${first} came`);
    else if (word === '-') here.delete(first), show(`${first} went`);
    else if (word === 'USERS') here.clear(), [first, ...texts].forEach((each) => here.add(each));
    else if (word === 'ERR') show(`error ${first}: ${texts.join(' ')}`);
    else if (word !== 'OK') show(line);
  };
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    for (let end; (end = rest.indexOf(10)) >= 0; rest = rest.subarray(end + 1)) hear(rest.subarray(0, end).toString());
    next();
  });
  process.on('SIGINT', leave);
  const lines = require('readline').createInterface({ input: process.stdin, terminal: false });
  lines.on('line', (line) => (typed.push(line), next()));
  lines.on('close', () => ((over = true), next()));
}

if (what === 'client') client();
else serve(what === 'server' ? (socket) => new User(socket) : echo);
