//! Echo one message, in Rust: every error has its place.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;

fn arguments() -> Option<(String, u16)> {
    let mut args = env::args().skip(1);
    let host = args.next()?;
    let port = args.next()?.parse().ok()?;
    (port > 0).then_some((host, port))
}

fn serve(address: &(String, u16)) -> io::Result<()> {
    let listener = TcpListener::bind((address.0.as_str(), address.1))?;
    let (mut connection, _) = listener.accept()?;
    let mut message = [0; 1024];
    let size = connection.read(&mut message)?;
    connection.write_all(&message[..size])
}

fn main() -> ExitCode {
    let Some(address) = arguments() else {
        eprintln!("Usage: server HOST PORT");
        return ExitCode::from(2);
    };
    match serve(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}:{}: {error}", address.0, address.1);
            ExitCode::FAILURE
        }
    }
}
