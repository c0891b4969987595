// An IRC server for Node. Strings are latin1 throughout: one character is one byte, so nothing needs an encoding.
'use strict';
const net = require('net'), fs = require('fs');
const ME = 'irc.lab5.example', PUBLIC = 'imnst';
const nicks = new Map(), channels = new Map(), sockets = new Set(), past = [];
let most = 0;

const usage = why => { console.error(`usage: start.sh HOST PORT [--password P] [--motd FILE] [--oper N:P] [--ping S] [--flood N]\n${why}`); process.exit(2); };
const options = { password: '', motd: null, oper: [], ping: 120, flood: 20 }, words = [];
for (let args = process.argv.slice(2); args.length;) {
  const word = args.shift();
  if (!word.startsWith('--')) { words.push(word); continue; }
  const name = word.slice(2), value = args.shift();
  if (!(name in options) || value === undefined) usage(`${word}?`);
  if (name === 'oper') options.oper.push(value);
  else if (name === 'ping' || name === 'flood') options[name] = /^\d+(\.\d*)?$|^\.\d+$/.test(value) ? +value : usage(`${value}?`);
  else options[name] = value;
}
if (words.length !== 2 || !/^\d+$/.test(words[1]) || +words[1] < 1 || +words[1] > 65535) usage('a host and a port are needed');
const latin = text => Buffer.from(text, 'utf8').toString('latin1');
options.password = latin(options.password); options.oper = options.oper.map(latin);
let motd = null;
if (options.motd) {
  try { motd = fs.readFileSync(options.motd, 'latin1').split(/\r?\n/); } catch (error) { console.error(`cannot read ${options.motd}`); process.exit(1); }
  if (motd[motd.length - 1] === '') motd.pop();
}

const fold = text => text.replace(/[A-Z]/g, c => c.toLowerCase());
const cut = (text, size) => {
  if (text.length <= size) return text;
  for (let i = 0; i < 3 && (text.charCodeAt(size) & 0xc0) === 0x80; i++) size--;
  return text.slice(0, size);
};
const now = () => Math.floor(Date.now() / 1000);
const safe = text => text && !text.includes(' ') && text[0] !== ':' ? text : '*';
function fits(mask, text) { // row by row: which beginnings of the mask fit to which beginnings of the text
  mask = fold(mask); text = fold(text);
  let row = [true];
  for (const c of mask) row.push(row[row.length - 1] && c === '*');
  for (const t of text) {
    const next = [false];
    for (let m = 0; m < mask.length; m++) next.push(mask[m] === '*' ? next[m] || row[m + 1] : row[m] && (mask[m] === '?' || mask[m] === t));
    row = next;
  }
  return row[mask.length];
}

class Client {
  constructor(socket) {
    Object.assign(this, { socket, nick: '', user: '', real: '', password: '', away: '', modes: '', inside: false, gone: false, caps: false });
    Object.assign(this, { rest: '', lines: [], waiting: 0, out: '', channels: new Set(), born: now(), spoke: now(), pinged: 0 });
    const address = (socket.remoteAddress || 'nowhere').replace('::ffff:', '');
    this.host = address[0] === ':' ? `0${address}` : address;
    this.came = this.heard = this.filled = Date.now();
    this.budget = Math.max(1, options.flood * 10);
    socket.setNoDelay(true);
    socket.on('data', data => this.hears(data.toString('latin1')));
    socket.on('drain', () => { socket.resume(); this.work(); });
    socket.on('error', () => {});
    socket.on('end', () => { this.work(); this.leave('Connection closed'); });
    socket.on('close', () => { this.leave('Connection closed'); sockets.delete(this); });
    sockets.add(this);
  }
  get source() { return `${this.nick}!${this.user}@${this.host}`; }
  hears(data) {
    if (this.gone) return;
    this.heard = Date.now(); this.pinged = 0;
    const ended = (this.rest + data).split('\n');
    this.rest = ended.pop().slice(0, 512); // the rest of a long line is lost, until its end comes
    for (const line of ended) { this.lines.push(line.replace(/\r$/, '').slice(0, 510)); this.waiting += Math.min(line.length, 510) + 2; }
    this.work();
  }
  work() {
    const time = Date.now(), rate = options.flood;
    this.budget = Math.min(rate * 10, this.budget + (time - this.filled) / 1000 * rate); this.filled = time;
    let done = 0;
    while (done < this.lines.length && !this.gone && (!rate || this.budget >= 1) && this.socket.writableLength + this.out.length < 1e5) {
      const line = this.lines[done++];
      this.budget--; this.waiting -= line.length + 2;
      obey(this, line);
    }
    this.lines.splice(0, done);
    if (this.gone) return;
    if (rate && this.waiting > 65536) return this.leave('Excess Flood');
    if (!this.lines.length) return;
    if (this.socket.writableLength + this.out.length >= 1e5) { this.flush(); this.socket.pause(); if (!this.socket.writableNeedDrain) this.later(5); } else this.later(1000 / rate);
  }
  later(ms) { if (!this.timer) this.timer = setTimeout(() => { this.timer = null; this.socket.resume(); this.work(); }, ms); }
  send(line) {
    if (!this.out) setImmediate(() => this.flush());
    this.out += line;
    if (this.out.length + this.socket.writableLength > 1 << 20) { this.out = ' '; this.socket.destroy(); }
  }
  flush() { const out = this.out; this.out = ''; if (out && !this.socket.destroyed) this.socket.write(out, 'latin1'); }
  say(number, ...words) {
    const text = words.pop();
    this.send(`${cut([`:${ME}`, number, this.inside ? this.nick : '*', ...words, `:${text}`].join(' '), 510)}\r\n`);
  }
  tell(who, line) { const whole = `${cut(`:${this.source} ${line}`, 510)}\r\n`; for (const each of who) each.send(whole); }
  near() { const all = new Set([...this.channels].flatMap(channel => [...channel.members.keys()])); all.delete(this); return all; }
  leave(why) {
    if (this.gone) return;
    this.gone = true;
    if (nicks.get(fold(this.nick)) === this) nicks.delete(fold(this.nick));
    if (this.inside) { past.unshift([this.nick, this.user, this.host, this.real]); past.splice(1000); this.tell(this.near(), `QUIT :${why}`); }
    for (const channel of [...this.channels]) drop(this, channel);
    for (const channel of channels.values()) channel.invited.delete(this);
    this.send(`ERROR :Closing link: ${this.host} (${cut(why, 300)})\r\n`);
    this.flush(); this.socket.end();
    setTimeout(() => this.socket.destroy(), 3000).unref();
  }
}

function drop(client, channel) {
  channel.members.delete(client); client.channels.delete(channel);
  if (!channel.members.size) channels.delete(fold(channel.name));
}
const isOp = (channel, client) => (channel.members.get(client) || '').includes('@');
const seen = (channel, client) => !channel.flags.has('s') || channel.members.has(client);
const banned = (channel, client) => channel.b.some(mask => fits(mask, client.source)) && !channel.e.some(mask => fits(mask, client.source));
const person = nick => { const found = nicks.get(fold(nick)); if (!found || !found.inside) throw ['401', safe(nick), 'No such nick']; return found; };
const channelOf = (client, name, member = true) => {
  const found = channels.get(fold(name));
  if (!found) throw ['403', safe(name), 'No such channel'];
  if (member && !found.members.has(client)) throw ['442', found.name, 'You are not in there'];
  return found;
};
const needsOp = (client, channel) => { if (!isOp(channel, client)) throw ['482', channel.name, 'You are no operator of it']; };
const attempt = (client, does) => { try { does(); } catch (no) { if (!Array.isArray(no)) throw no; client.say(...no); return no; } };
const each = (client, list, does) => { for (const one of new Set(list.split(','))) attempt(client, () => does(one)); };
const canSee = (client, who) => !who.modes.includes('i') || who === client || [...client.channels].some(channel => who.channels.has(channel));
const here = server => { if (server && !fits(server, ME) && !nicks.has(fold(server))) throw ['402', safe(server), 'No such server']; };

function obey(client, text) {
  text = text.replace(/[\0\r]/g, '');
  if (text[0] === '@') text = text.replace(/^[^ ]* ?/, '');
  text = text.replace(/^ +/, '');
  if (text[0] === ':') text = text.replace(/^[^ ]* ?/, '');
  const at = ` ${text}`.indexOf(' :'), params = (at < 0 ? text : text.slice(0, Math.max(0, at - 1))).split(' ').filter(Boolean);
  if (at >= 0) params.push(text.slice(at + 1));
  const said = params.shift();
  if (said === undefined) return;
  const name = said.toUpperCase();
  attempt(client, () => {
    const [least, does] = Object.hasOwn(commands, name) ? commands[name] : [0, null];
    if (!does) throw ['421', safe(said), 'Unknown command'];
    if (!client.inside && !/^(CAP|PASS|NICK|USER|PING|PONG|QUIT)$/.test(name)) throw ['451', 'You have not registered'];
    if (params.length < least || (least && !params[0])) throw ['461', name, 'Not enough parameters'];
    does(client, params);
  });
}

function enter(client) {
  if (client.inside || client.caps || !client.nick || !client.user) return;
  if (options.password && client.password !== options.password) { client.say('464', 'Password incorrect'); client.leave('Bad password'); return; }
  client.inside = true;
  most = Math.max(most, [...sockets].filter(who => who.inside && !who.gone).length);
  client.say('001', `Welcome to Lab5, ${client.source}`);
  client.say('002', `Your host is ${ME}`);
  client.say('003', 'It is as old as this process');
  client.say('004', ME, 'node-1', 'io', 'beiklmnostv', 'what it can do');
  client.say('005', ...('AWAYLEN=160 CASEMAPPING=ascii CHANLIMIT=#:30 CHANMODES=be,k,l,imnst CHANNELLEN=50 CHANTYPES=# EXCEPTS=e KICKLEN=160 MAXLIST=be:30 MODES=20 NETWORK=Lab5 NICKLEN=30').split(' '), 'are supported');
  client.say('005', 'PREFIX=(ov)@+', 'TARGMAX=PRIVMSG:5,NOTICE:5', 'TOPICLEN=200', 'are supported');
  commands.LUSERS[1](client, []);
  commands.MOTD[1](client, []);
}

function names(client, name) {
  const channel = channels.get(fold(name)), found = [];
  if (channel && seen(channel, client)) for (const [who, rank] of channel.members) if (channel.members.has(client) || canSee(client, who)) found.push(rank.slice(0, 1) + who.nick);
  while (found.length) client.say('353', channel.flags.has('s') ? '@' : '=', channel.name, found.splice(0, 12).join(' '));
  client.say('366', channel ? channel.name : safe(name), 'End of names');
}

function join(client, name, key) {
  if (!/^#[^ ,\x07]{1,49}$/.test(name)) throw [name[0] === '#' ? '476' : '403', safe(name), 'That is no channel'];
  let channel = channels.get(fold(name));
  if (channel && channel.members.has(client)) return;
  if (client.channels.size >= 30) throw ['405', name, 'Too many channels'];
  if (channel) {
    if (banned(channel, client) && !channel.invited.get(client)) throw ['474', channel.name, 'Banned'];
    if (channel.flags.has('i') && !channel.invited.has(client)) throw ['473', channel.name, 'Invited people only'];
    if (channel.key && channel.key !== key) throw ['475', channel.name, 'Wrong key'];
    if (channel.limit && channel.members.size >= channel.limit) throw ['471', channel.name, 'Full'];
  } else {
    channel = { name, members: new Map(), flags: new Set('nt'), key: '', limit: 0, topic: '', by: '', at: 0, b: [], e: [], invited: new Map(), born: now() };
    channels.set(fold(name), channel);
  }
  channel.invited.delete(client);
  channel.members.set(client, channel.members.size ? '' : '@');
  client.channels.add(channel);
  client.tell(channel.members.keys(), `JOIN :${channel.name}`);
  if (channel.topic) topic(client, channel);
  names(client, name);
}
function topic(client, channel) {
  if (!channel.topic) return client.say('331', channel.name, 'No topic');
  client.say('332', channel.name, channel.topic);
  client.say('333', channel.name, channel.by, String(channel.at));
}

function speak(client, kind, [targets, text]) {
  if (!targets) throw ['411', 'To whom?'];
  if (!text) throw ['412', 'No text'];
  const list = targets.split(',');
  if (list.length > 5) throw ['407', safe(list[5]), 'Too many targets'];
  client.spoke = now();
  for (const target of list) {
    const no = attempt({ say: (...words) => kind === 'PRIVMSG' && client.say(...words) }, () => {
      if (target[0] !== '#') {
        const who = person(target);
        client.tell([who], `${kind} ${who.nick} :${text}`);
        if (who.away && kind === 'PRIVMSG') client.say('301', who.nick, who.away);
        return;
      }
      const channel = channelOf(client, target, false), rank = channel.members.get(client);
      if ((rank === undefined && channel.flags.has('n')) || (!rank && (channel.flags.has('m') || banned(channel, client)))) throw ['404', channel.name, 'You cannot speak there'];
      client.tell([...channel.members.keys()].filter(who => who !== client), `${kind} ${channel.name} :${text}`);
    });
    if (no) continue;
  }
}

function change(client, channel, sign, letter, word) { // returns what to tell, or nothing
  const on = sign === '+';
  if (!'beklov'.includes(letter) && !PUBLIC.includes(letter)) throw ['472', safe(letter), 'is no mode'];
  needsOp(client, channel);
  if (PUBLIC.includes(letter)) {
    if (channel.flags.has(letter) === on) return undefined;
    channel.flags[on ? 'add' : 'delete'](letter);
    return [sign + letter];
  }
  if ('ov'.includes(letter)) {
    if (!word) return undefined;
    const who = person(word), mark = letter === 'o' ? '@' : '+', rank = channel.members.get(who);
    if (rank === undefined) throw ['441', who.nick, channel.name, 'is not in there'];
    if (rank.includes(mark) === on) return undefined;
    channel.members.set(who, on ? ['@', '+'].filter(c => (rank + mark).includes(c)).join('') : rank.replace(mark, ''));
    return [sign + letter, who.nick];
  }
  if ('be'.includes(letter)) {
    const all = /[!@]/.test(word) ? (word.includes('!') ? (word.includes('@') ? word : `${word}@*`) : `*!${word}`) : `${word}!*@*`;
    const mask = cut(all, 120), at = channel[letter].findIndex(known => fold(known) === fold(mask));
    if (on === at >= 0) return undefined;
    if (on && channel[letter].length >= 30) throw ['478', channel.name, letter, 'The list is full'];
    const told = on ? mask : channel[letter][at];
    if (on) channel[letter].push(mask); else channel[letter].splice(at, 1);
    return [sign + letter, told];
  }
  if (letter === 'k') {
    if (on && !/^[!-+\--9;-~][!-+\--~]{0,20}$/.test(word || '')) { if (word) throw ['525', channel.name, 'That is no key']; return undefined; }
    const old = channel.key;
    channel.key = on ? word : '';
    return old === channel.key ? undefined : [sign + letter, on ? word : '*'];
  }
  if (on && !/^[1-9]\d{0,5}$/.test(word || '')) return undefined;
  const old = channel.limit;
  channel.limit = on ? +word : 0;
  return old === channel.limit ? undefined : on ? ['+l', word] : ['-l'];
}
function mode(client, [target, letters, ...words]) {
  if (target[0] !== '#') return ownMode(client, target, letters);
  const channel = channelOf(client, target, false);
  if (!seen(channel, client)) throw ['442', channel.name, 'You are not in there'];
  if (!letters) {
    const extra = [...(channel.key ? [['k', channel.members.has(client) ? channel.key : '*']] : []), ...(channel.limit ? [['l', String(channel.limit)]] : [])];
    const shown = [`+${[...channel.flags].join('')}${extra.map(pair => pair[0]).join('')}`, ...extra.map(pair => pair[1])];
    client.send(`:${ME} 324 ${client.nick} ${channel.name} ${shown.join(' ')}\r\n`);
    return client.say('329', channel.name, String(channel.born));
  }
  let sign = '+', told = ['', []], asked = '', shown = '';
  for (const letter of letters) {
    if ('+-'.includes(letter)) { sign = letter; continue; }
    const word = 'beovk'.includes(letter) || sign + letter === '+l' ? words.shift() : undefined;
    if ('be'.includes(letter) && !word) {
      if (!asked.includes(letter)) {
        for (const mask of channel[letter]) client.say(letter === 'b' ? '367' : '348', channel.name, mask, 'somebody', '0');
        client.say(letter === 'b' ? '368' : '349', channel.name, 'End of list');
      }
      asked += letter;
      continue;
    }
    let done;
    const no = attempt(client, () => { done = change(client, channel, sign, letter, word); });
    if (no && no[0] === '482') break;
    if (!done) continue;
    told[0] += done[0][0] === shown ? done[0][1] : done[0]; shown = done[0][0];
    told[1].push(...done.slice(1));
    if (told[1].join(' ').length > 250) { client.tell(channel.members.keys(), `MODE ${channel.name} ${[told[0], ...told[1]].join(' ')}`); told = ['', []]; shown = ''; }
  }
  if (told[0]) client.tell(channel.members.keys(), `MODE ${channel.name} ${[told[0], ...told[1]].join(' ')}`);
}
function ownMode(client, target, letters) {
  if (person(target) !== client) throw ['502', 'Those are not your modes'];
  if (!letters) return client.say('221', `+${client.modes}`);
  let sign = '+';
  for (const letter of letters) {
    if ('+-'.includes(letter)) { sign = letter; continue; }
    if (!'io'.includes(letter)) { client.say('501', 'There is no such mode'); continue; }
    if (client.modes.includes(letter) === (sign === '+') || sign + letter === '+o') continue;
    client.modes = sign === '+' ? client.modes + letter : client.modes.replace(letter, '');
    client.tell([client], `MODE ${client.nick} ${sign}${letter}`);
  }
}
function whois(client, nick) {
  const who = person(nick), shown = [...who.channels].filter(channel => channel.members.has(client) || (seen(channel, client) && canSee(client, who)));
  client.say('311', who.nick, who.user, who.host, '*', who.real);
  client.say('312', who.nick, ME, 'Node');
  if (shown.length) client.say('319', who.nick, shown.map(channel => channel.members.get(who).slice(0, 1) + channel.name).join(' '));
  if (who.away) client.say('301', who.nick, who.away);
  if (who.modes.includes('o')) client.say('313', who.nick, 'is an operator');
  client.say('317', who.nick, String(now() - who.spoke), String(who.born), 'seconds idle, here since');
}

const commands = {
  CAP: [1, (client, [what, ...words]) => {
    what = what.toUpperCase();
    if (!client.inside && (what === 'LS' || what === 'REQ')) client.caps = true;
    const answer = { LS: 'LS :', LIST: 'LIST :', REQ: `NAK :${words.join(' ')}` }[what];
    if (what === 'END') { client.caps = false; enter(client); } else if (answer) client.send(`:${ME} CAP ${client.inside ? client.nick : '*'} ${answer}\r\n`); else throw ['410', safe(what), 'No such command of CAP'];
  }],
  PASS: [1, (client, [word]) => { if (client.inside) throw ['462', 'You are in']; client.password = word; }],
  USER: [4, (client, [user, , , real]) => {
    if (client.inside) throw ['462', 'You are in'];
    if (!real) throw ['461', 'USER', 'Not enough parameters'];
    client.user = user.replace(/[^!-?A-~]|!/g, '').slice(0, 10) || 'user'; client.real = cut(real, 100);
    enter(client);
  }],
  NICK: [0, (client, [nick]) => {
    if (!nick) throw ['431', 'Which nick?'];
    if (!/^[A-Za-z[\]\\`_^{|}][A-Za-z0-9[\]\\`_^{|}-]*$/.test(nick)) throw ['432', safe(nick), 'That is no nick'];
    nick = nick.slice(0, 30);
    if (nicks.has(fold(nick)) && nicks.get(fold(nick)) !== client) throw ['433', nick, 'Somebody else has it'];
    if (nick === client.nick) return;
    if (client.inside) { client.tell([client, ...client.near()], `NICK :${nick}`); past.unshift([client.nick, client.user, client.host, client.real]); }
    nicks.delete(fold(client.nick)); nicks.set(fold(nick), client); client.nick = nick;
    enter(client);
  }],
  PING: [0, (client, [token]) => { if (!token) throw ['409', 'No token']; client.send(`:${ME} PONG ${ME} :${token}\r\n`); }],
  PONG: [0, () => {}],
  QUIT: [0, (client, [why]) => client.leave(why ? `Quit: ${why}` : 'Quit')],
  JOIN: [1, (client, [list, keys = '']) => {
    if (list === '0') { for (const channel of [...client.channels]) { client.tell(channel.members.keys(), `PART ${channel.name}`); drop(client, channel); } return; }
    const key = keys.split(','), all = list.split(',');
    each(client, list, name => join(client, name, key[all.indexOf(name)]));
  }],
  PART: [1, (client, [list, why]) => each(client, list, name => {
    const channel = channelOf(client, name);
    client.tell(channel.members.keys(), `PART ${channel.name}${why ? ` :${cut(why, 160)}` : ''}`);
    drop(client, channel);
  })],
  TOPIC: [1, (client, [name, text]) => {
    const channel = channelOf(client, name);
    if (text === undefined) return topic(client, channel);
    if (channel.flags.has('t')) needsOp(client, channel);
    Object.assign(channel, { topic: cut(text, 200), by: client.nick, at: now() });
    client.tell(channel.members.keys(), `TOPIC ${channel.name} :${channel.topic}`);
  }],
  NAMES: [0, (client, [list]) => list ? each(client, list, name => names(client, name)) : client.say('366', '*', 'End of names')],
  LIST: [0, (client, [list]) => {
    client.say('321', 'Channel', 'Users  Name');
    for (const channel of list ? list.split(',').map(name => channels.get(fold(name))) : channels.values()) if (channel && seen(channel, client)) client.say('322', channel.name, String(channel.members.size), channel.topic);
    client.say('323', 'End of list');
  }],
  INVITE: [2, (client, [nick, name]) => {
    const guest = person(nick), channel = channelOf(client, name);
    if (channel.members.has(guest)) throw ['443', guest.nick, channel.name, 'is in there'];
    if (channel.flags.has('i')) needsOp(client, channel);
    channel.invited.set(guest, isOp(channel, client));
    client.say('341', guest.nick, channel.name);
    client.tell([guest], `INVITE ${guest.nick} ${channel.name}`);
  }],
  KICK: [2, (client, [name, list, why]) => {
    const places = name.split(',');
    list.split(',').forEach((nick, at) => attempt(client, () => {
      const channel = channelOf(client, places.length > 1 ? places[at] || '' : name);
      needsOp(client, channel);
      const who = person(nick);
      if (!channel.members.has(who)) throw ['441', who.nick, channel.name, 'is not in there'];
      client.tell(channel.members.keys(), `KICK ${channel.name} ${who.nick} :${cut(why || 'bye', 160)}`);
      drop(who, channel);
    }));
  }],
  PRIVMSG: [0, (client, params) => speak(client, 'PRIVMSG', params)],
  NOTICE: [0, (client, params) => { try { speak(client, 'NOTICE', params); } catch (no) { if (!Array.isArray(no)) throw no; } }],
  AWAY: [0, (client, [why]) => { client.away = cut(why || '', 160); client.say(why ? '306' : '305', why ? 'You are away' : 'You are back'); }],
  MODE: [1, mode],
  WHO: [0, (client, [mask = '*', only]) => {
    const channel = mask[0] === '#' ? channels.get(fold(mask)) : null;
    const found = mask[0] === '#' ? (channel && seen(channel, client) ? [...channel.members.keys()] : []) : [...sockets].filter(who => who.inside && !who.gone && (mask === '0' || [who.nick, who.user, who.host, ME, who.real].some(text => fits(mask, text))));
    for (const who of found) if ((canSee(client, who) || fold(who.nick) === fold(mask)) && (only !== 'o' || who.modes.includes('o'))) client.say('352', channel ? channel.name : '*', who.user, who.host, ME, who.nick, (who.away ? 'G' : 'H') + (who.modes.includes('o') ? '*' : '') + (channel ? channel.members.get(who).slice(0, 1) : ''), `0 ${who.real}`);
    client.say('315', safe(mask), 'End of who');
  }],
  WHOIS: [0, (client, params) => {
    const nick = params[params.length > 1 ? 1 : 0];
    if (!nick) throw ['431', 'Who?'];
    if (params.length > 1) here(params[0]);
    attempt(client, () => whois(client, nick));
    client.say('318', safe(nick), 'End of whois');
  }],
  WHOWAS: [0, (client, [nick, count]) => {
    if (!nick) throw ['431', 'Who?'];
    const found = past.filter(one => fold(one[0]) === fold(nick));
    if (!found.length) client.say('406', safe(nick), 'Never seen');
    for (const [name, user, host, real] of found.slice(0, parseInt(count, 10) > 0 ? parseInt(count, 10) : undefined)) { client.say('314', name, user, host, '*', real); client.say('312', name, ME, 'some time ago'); }
    client.say('369', safe(nick), 'End of whowas');
  }],
  ISON: [1, (client, params) => client.say('303', params.flatMap(word => word.split(' ')).map(nick => nicks.get(fold(nick))).filter(who => who && who.inside).map(who => who.nick).join(' '))],
  USERHOST: [1, (client, params) => client.say('302', params.slice(0, 5).map(nick => nicks.get(fold(nick))).filter(who => who && who.inside).map(who => `${who.nick}${who.modes.includes('o') ? '*' : ''}=${who.away ? '-' : '+'}${who.user}@${who.host}`).join(' '))],
  LUSERS: [0, client => {
    const people = [...sockets].filter(who => who.inside && !who.gone), hidden = people.filter(who => who.modes.includes('i')).length;
    client.say('251', `There are ${people.length - hidden} users and ${hidden} invisible on 1 servers`);
    const numbers = { 252: people.filter(who => who.modes.includes('o')).length, 253: [...sockets].filter(who => !who.inside && !who.gone).length, 254: channels.size };
    for (const number in numbers) if (numbers[number]) client.say(number, String(numbers[number]), 'of them');
    client.say('255', `I have ${people.length} clients and 0 servers`);
    for (const number of ['265', '266']) client.say(number, String(people.length), String(most), `Now ${people.length}, at most ${most}`);
  }],
  MOTD: [0, (client, [server]) => {
    here(server);
    if (!motd) throw ['422', 'There is none'];
    client.say('375', '- Today -');
    for (const line of motd) client.say('372', `- ${line}`);
    client.say('376', 'That was it');
  }],
  VERSION: [0, (client, [server]) => { here(server); client.say('351', 'node-1', ME, 'for Lab 5'); }],
  TIME: [0, (client, [server]) => { here(server); client.say('391', ME, String(now()), '0', new Date().toUTCString()); }],
  INFO: [0, (client, [server]) => { here(server); client.say('371', 'An IRC server for Node'); client.say('374', 'End of info'); }],
  ADMIN: [0, (client, [server]) => { here(server); client.say('256', ME, 'Who runs it'); client.say('257', 'A course'); client.say('258', 'on networks'); client.say('259', 'nobody@lab5.example'); }],
  OPER: [2, (client, [name, password]) => {
    if (!options.oper.length) throw ['491', 'Nobody can'];
    if (!options.oper.includes(`${name}:${password}`)) throw ['464', 'Wrong'];
    if (!client.modes.includes('o')) client.modes += 'o';
    client.say('381', 'You are an operator');
    client.tell([client], `MODE ${client.nick} +o`);
  }],
  KILL: [1, (client, [nick, why]) => {
    if (!client.modes.includes('o')) throw ['481', 'You are no operator'];
    person(nick).leave(`Killed (${client.nick} (${why || 'no reason'}))`);
  }],
};

setInterval(() => {
  const time = Date.now(), limit = options.ping * 1000;
  for (const client of sockets) {
    if (client.gone) continue;
    if (!client.inside && time - client.came > limit) client.leave('Registration timeout');
    else if (client.pinged && time - client.pinged > limit) client.leave(`Ping timeout: ${options.ping} seconds`);
    else if (!client.pinged && time - client.heard > limit) { client.pinged = time; client.send(`PING :${ME}\r\n`); }
  }
}, Math.max(20, Math.min(1000, options.ping * 100)));
const server = net.createServer({ allowHalfOpen: true }, socket => new Client(socket));
server.on('error', error => { console.error(`cannot listen: ${error.code}`); process.exit(1); });
server.listen({ host: words[0], port: +words[1], backlog: 1024 }, () => console.log(`IRC server on ${words[0]} port ${words[1]}`));
for (const name of ['SIGINT', 'SIGTERM']) {
  process.on(name, () => {
    server.close();
    for (const client of sockets) { client.inside = false; client.leave('The server ends'); }
    setTimeout(() => process.exit(0), 200);
  });
}
