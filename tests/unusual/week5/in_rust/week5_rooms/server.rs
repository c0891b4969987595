// A thread for each client, a channel and a thread to send; the ids of a room count down from -1.
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{channel, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

type Rooms = HashMap<String, HashMap<i64, (String, Sender<String>)>>;

struct Service {
    refs: Mutex<(Vec<String>, Rooms)>,
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut bytes = Vec::new();
    reader.by_ref().take(65536).read_until(b'\n', &mut bytes).ok()?;
    if bytes.pop() != Some(b'\n') {
        return None;
    }
    Some(String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_string())
}

fn value(line: String) -> String {
    line.splitn(2, ':').nth(1).unwrap_or("").trim().to_string()
}

fn tell(members: &HashMap<i64, (String, Sender<String>)>, room: &str, name: &str, text: &str) {
    for (_, sender) in members.values() {
        let _ = sender.send(format!("CHAT: {}\nCLIENT_NAME: {}\nMESSAGE: {}\n\n", room, name, text));
    }
}

fn leave(rooms: &mut Rooms, room: &str, id: i64) {
    if let Some(members) = rooms.get_mut(room) {
        if let Some((name, _)) = members.remove(&id) {
            tell(members, room, &name, &format!("{} has left this chatroom.", name));
        }
    }
}

fn requests(service: &Service, connection: TcpStream, out: &Sender<String>, id: i64) -> Option<()> {
    let address = connection.local_addr().ok()?;
    let mut reader = BufReader::new(connection);
    loop {
        let first = line(&mut reader)?;
        let verb = first.split(|c| c == ':' || c == ' ').next().unwrap_or("").to_string();
        let mut fields = vec![value(first.clone())];
        let count = match verb.as_str() {
            "JOIN_CHATROOM" | "CHAT" => 3,
            "LEAVE_CHATROOM" => 2,
            _ => 0,
        };
        for _ in 0..count {
            fields.push(value(line(&mut reader)?));
        }
        while verb == "CHAT" {
            let more = line(&mut reader)?;
            if more.is_empty() {
                break;
            }
            if fields[3].len() + more.len() > 65536 {
                return None;
            }
            fields[3] = format!("{}\n{}", fields[3], more);
        }
        let mut guard = service.refs.lock().unwrap();
        let (names, rooms) = &mut *guard;
        match verb.as_str() {
            "HELO" => {
                let text = format!("{}\nIP:{}\nPort:{}\nStudentID:9", first, address.ip(), address.port());
                let _ = out.send(text + "\n");
            }
            "KILL_SERVICE" => std::process::exit(3),
            "DISCONNECT" => return None,
            "JOIN_CHATROOM" => {
                let found = names.iter().position(|name| *name == fields[0]);
                let number = found.unwrap_or_else(|| {
                    names.push(fields[0].clone());
                    names.len() - 1
                });
                let room = format!("-{}", number + 1);
                let _ = out.send(format!(
                    "JOINED_CHATROOM: {}\nSERVER_IP: {}\nPORT: {}\nROOM_REF: {}\nJOIN_ID: {}\n",
                    fields[0], address.ip(), address.port(), room, id
                ));
                let members = rooms.entry(room.clone()).or_default();
                if members.insert(id, (fields[3].clone(), out.clone())).is_none() {
                    tell(members, &room, &fields[3], &format!("{} has joined this chatroom.", fields[3]));
                }
            }
            "LEAVE_CHATROOM" => {
                let _ = out.send(format!("LEFT_CHATROOM: {}\nJOIN_ID: {}\n", fields[0], id));
                leave(rooms, &fields[0], id);
            }
            "CHAT" if rooms.get(&fields[0]).map_or(false, |members| members.contains_key(&id)) => {
                tell(&rooms[&fields[0]], &fields[0], &fields[2], &fields[3]);
            }
            _ => {
                let _ = out.send("ERROR_CODE: 1\nERROR_DESCRIPTION: no\n".to_string());
            }
        }
    }
}

fn main() {
    let port: u16 = std::env::args().nth(1).unwrap().parse().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let service = Arc::new(Service { refs: Mutex::new((Vec::new(), HashMap::new())) });
    for (number, connection) in listener.incoming().enumerate() {
        let (service, id) = (service.clone(), -1 - number as i64);
        let connection = connection.unwrap();
        let mut writer = connection.try_clone().unwrap();
        let (out, waiting) = channel::<String>();
        let sender = thread::spawn(move || {
            for text in waiting {
                if writer.write_all(text.as_bytes()).is_err() {
                    break;
                }
            }
            let _ = writer.shutdown(Shutdown::Both);
        });
        thread::spawn(move || {
            requests(&service, connection, &out, id);
            let mut guard = service.refs.lock().unwrap();
            for room in guard.1.keys().cloned().collect::<Vec<_>>() {
                leave(&mut guard.1, &room, id);
            }
            drop(guard);
            drop(out);
            let _ = sender.join();
        });
    }
}
