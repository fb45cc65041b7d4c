//! The JSON lines: events and replies on stdout, commands on stdin.

use std::io::{BufRead, Write, stdin, stdout};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// One line on stdin; each operation reads the fields it needs.
#[derive(Deserialize)]
#[serde(default)]
pub struct Command {
    pub id: Value,
    pub op: String,
    pub addr: String,
    pub peer: String,
    pub topic: String,
    pub data: String,
    pub count: usize,
    pub streams: usize,
    pub bytes: u64,
    pub addrs: Vec<String>,
    pub key: String,
    pub value: String,
}

impl Default for Command {
    fn default() -> Self {
        Self {
            id: Value::Null,
            op: String::new(),
            addr: String::new(),
            peer: String::new(),
            topic: String::new(),
            data: String::new(),
            count: 1,
            streams: 1,
            bytes: 0,
            addrs: Vec::new(),
            key: String::new(),
            value: String::new(),
        }
    }
}

fn write(line: Value) {
    let mut out = stdout().lock();
    // When this fails the parent is gone, which stdin will tell us too.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

pub fn event(name: &str, mut fields: Value) {
    fields["event"] = json!(name);
    write(fields);
}

pub fn reply(id: &Value, result: Result<Value, String>) {
    let mut fields = match result {
        Ok(mut fields) => {
            fields["ok"] = json!(true);
            fields
        }
        Err(error) => json!({ "ok": false, "error": error }),
    };
    fields["reply"] = id.clone();
    write(fields);
}

/// The commands as they come; the channel closes at the end of stdin. A thread
/// reads them, because a read from stdin cannot be interrupted.
pub fn commands() -> mpsc::UnboundedReceiver<Command> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(&line) {
                Ok(command) => {
                    if sender.send(command).is_err() {
                        return;
                    }
                }
                Err(error) => reply(&Value::Null, Err(error.to_string())),
            }
        }
    });
    receiver
}
