//! A chat client in Rust: three threads, channels between them, and no state that two of them share.

use std::collections::HashSet;
use std::env;
use std::io::{self, BufRead, Write};
use std::net::{ToSocketAddrs, UdpSocket};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

const LONGEST: usize = 1200;
const PAUSE: Duration = Duration::from_millis(250);
const SIGINT: i32 = 2;

extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn pipe(ends: *mut i32) -> i32;
    fn write(descriptor: i32, data: *const u8, size: usize) -> isize;
    fn read(descriptor: i32, data: *mut u8, size: usize) -> isize;
    fn _exit(status: i32) -> !;
}

static mut INTERRUPTED: [i32; 2] = [0, 0];
static JOINED: AtomicBool = AtomicBool::new(false);

extern "C" fn interrupt(_: i32) {
    unsafe {
        if !JOINED.load(Ordering::SeqCst) {
            _exit(0);
        }
        write(INTERRUPTED[1], b"!".as_ptr(), 1);
    }
}

enum Typed {
    Line(String),
    End,
}

enum Trouble {
    Refused(String),
    Silence,
}

struct Client {
    udp: UdpSocket,
    answers: Receiver<String>,
}

impl Client {
    fn ask(&self, request: &str, answer: &str, tries: u32) -> Result<(), Trouble> {
        for _ in 0..tries {
            let _ = self.udp.send(request.as_bytes());
            let again = Instant::now() + PAUSE;
            loop {
                match self.answers.recv_timeout(again.saturating_duration_since(Instant::now())) {
                    Ok(came) if came == answer => return Ok(()),
                    Ok(came) => {
                        if let Some(why) = came.strip_prefix("ERROR ") {
                            return Err(Trouble::Refused(why.to_string()));
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return Err(Trouble::Silence),
                }
            }
        }
        Err(Trouble::Silence)
    }
}

fn message(text: &str) -> Option<(u64, &str, &str)> {
    let mut fields = text.strip_prefix("MSG ")?.splitn(3, ' ');
    let id = fields.next()?.parse().ok()?;
    Some((id, fields.next()?, fields.next()?))
}

fn arguments() -> Option<(String, u16, String)> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [host, port, name] = <[String; 3]>::try_from(words).ok()?;
    let port = port.parse().ok().filter(|&port| port > 0)?;
    let is_right = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    ((1..=20).contains(&name.len()) && name.chars().all(is_right)).then_some((host, port, name))
}

fn listen(udp: UdpSocket, answers: std::sync::mpsc::Sender<String>) {
    let mut printed = HashSet::new();
    let mut data = [0; 65536];
    loop {
        let Ok(size) = udp.recv(&mut data) else { continue };
        let Ok(text) = std::str::from_utf8(&data[..size]) else { continue };
        if let Some((id, name, said)) = message(text) {
            if printed.insert(id) {
                let mut out = io::stdout().lock();
                let _ = writeln!(out, "{name}: {said}").and_then(|()| out.flush());
            }
            let _ = udp.send(format!("GOT {id}").as_bytes());
        } else if answers.send(text.to_string()).is_err() {
            return;
        }
    }
}

fn chat(host: &str, port: u16, name: &str) -> Result<(), String> {
    let server = (host, port).to_socket_addrs().map_err(|e| e.to_string())?.next().ok_or("no address")?;
    let own = if server.is_ipv6() { "[::]:0" } else { "0.0.0.0:0" };
    let udp = UdpSocket::bind(own).map_err(|e| e.to_string())?;
    udp.connect(server).map_err(|e| e.to_string())?;

    let (answered, answers) = channel();
    let receiving = udp.try_clone().map_err(|e| e.to_string())?;
    thread::spawn(move || listen(receiving, answered));
    let client = Client { udp, answers };
    match client.ask(&format!("HELLO {name}"), &format!("WELCOME {name}"), 20) {
        Ok(()) => JOINED.store(true, Ordering::SeqCst),
        Err(Trouble::Refused(why)) => return Err(why),
        Err(Trouble::Silence) => return Err("it does not answer".into()),
    }

    let (typed, lines) = channel();
    let interrupted = typed.clone();
    thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            let Ok(line) = line else { break };
            let _ = typed.send(Typed::Line(String::from_utf8_lossy(&line).into_owned()));
        }
        let _ = typed.send(Typed::End);
    });
    thread::spawn(move || {
        let mut one = 0u8;
        if unsafe { read(INTERRUPTED[0], &mut one, 1) } == 1 {
            let _ = interrupted.send(Typed::End);
        }
    });

    let mut number = 1;
    for event in lines {
        let Typed::Line(line) = event else { break };
        if line == "/quit" {
            break;
        }
        let request = format!("SAY {number} {line}");
        if request.len() > LONGEST {
            println!("{} bytes? {LONGEST} is the limit.", request.len());
        } else if !line.is_empty() {
            match client.ask(&request, &format!("OK {number}"), 20) {
                Ok(()) => {}
                Err(Trouble::Refused(why)) => println!("({why})"),
                Err(Trouble::Silence) => return Err("it has stopped answering".into()),
            }
            number += 1;
        }
    }
    let _ = client.ask("BYE", "BYE", 4);
    Ok(())
}

fn main() -> ExitCode {
    let Some((host, port, name)) = arguments() else {
        eprintln!("Usage: client HOST PORT NAME");
        return ExitCode::from(2);
    };
    unsafe {
        let mut ends = [0, 0];
        if pipe(ends.as_mut_ptr()) == 0 {
            INTERRUPTED = ends;
            signal(SIGINT, interrupt);
        }
    }
    match chat(&host, port, &name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{host}:{port}: {why}");
            ExitCode::FAILURE
        }
    }
}
