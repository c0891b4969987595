// The whole of what has come is matched again with each piece. Refs and ids count from 0, keys have no blank after them.
const net = require("net");

const port = Number(process.argv[2]);
const refs = new Map(); // room -> ref
const rooms = []; // by ref: Map of socket -> name
let joins = 0;

const REQUEST = new RegExp(
  "^(?:HELO([^\\n]*)\\n|(KILL_SERVICE)[^\\n]*\\n|(DISCONNECT):[^\\n]*\\nPORT:[^\\n]*\\nCLIENT_NAME:[^\\n]*\\n" +
    "|JOIN_CHATROOM:([^\\n]*)\\nCLIENT_IP:[^\\n]*\\nPORT:[^\\n]*\\nCLIENT_NAME:([^\\n]*)\\n" +
    "|LEAVE_CHATROOM:([^\\n]*)\\nJOIN_ID:([^\\n]*)\\nCLIENT_NAME:[^\\n]*\\n" +
    "|CHAT:([^\\n]*)\\nJOIN_ID:[^\\n]*\\nCLIENT_NAME:([^\\n]*)\\nMESSAGE:([^]*?)\\n\\n)",
);
const BEGINNING = /^(DISCONNECT|JOIN_CHATROOM|LEAVE_CHATROOM|CHAT):/;

const server = net.createServer((socket) => {
  let came = "";
  socket.setEncoding("utf8"); // keeps half a letter for the next piece
  socket.on("data", (data) => {
    came += data;
    for (let found; (found = REQUEST.exec(came)); ) {
      came = came.slice(found[0].length);
      answer(socket, found.slice(1).map((value) => value && value.trim()), found[0]);
    }
    if (came.includes("\n") && !BEGINNING.test(came)) {
      came = came.slice(came.indexOf("\n") + 1);
      socket.write("ERROR_CODE:1\nERROR_DESCRIPTION:what?\n");
    }
    if (came.length > 65536) socket.destroy();
  });
  socket.on("error", () => {});
  socket.on("close", () => rooms.forEach((_, ref) => leave(socket, ref)));
});

function answer(socket, [, kill, end, room, name, left, id, ref, speaker, text], whole) {
  if (kill) process.exit(0);
  else if (whole.startsWith("HELO")) socket.write(`${whole}IP:${socket.localAddress}\nPORT:${port}\nStudentID:x1\n`);
  else if (end) {
    rooms.forEach((_, each) => leave(socket, each));
    socket.end();
  } else if (room) join(socket, room, name);
  else if (left !== undefined) {
    socket.write(`LEFT_CHATROOM:${left}\nJOIN_ID:${id}\n`);
    leave(socket, left);
  } else if (rooms[ref] && rooms[ref].has(socket)) tell(ref, speaker, text);
}

function join(socket, room, name) {
  if (!refs.has(room)) refs.set(room, rooms.push(new Map()) - 1);
  const ref = refs.get(room);
  socket.write(`JOINED_CHATROOM:${room}\nSERVER_IP:0\nPORT:0\nROOM_REF:${ref}\nJOIN_ID:${joins++}\n`);
  rooms[ref].set(socket, name);
  tell(ref, name, `${name} has joined this chatroom.`);
}

function leave(socket, ref) {
  if (!rooms[ref] || !rooms[ref].has(socket)) return;
  const name = rooms[ref].get(socket);
  tell(ref, name, `${name} has left this chatroom.`);
  rooms[ref].delete(socket);
}

function tell(ref, name, text) {
  for (const member of rooms[ref].keys()) member.write(`CHAT:${ref}\nCLIENT_NAME:${name}\nMESSAGE:${text}\n\n`);
}

server.listen(port, () => console.log(`listening on ${port}`));
