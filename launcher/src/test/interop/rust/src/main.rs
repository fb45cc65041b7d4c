//! A rust-libp2p node that a test suite drives with JSON lines on stdin and
//! stdout. The protocol is described in ../README.md.

mod client;
mod commands;
mod dht;
mod echo;
mod muxer;
mod node;
mod open_streams;
mod wire;

use std::{error::Error, process::exit, time::Duration};

use libp2p::{Multiaddr, identity::Keypair, kad::Mode};
use serde_json::json;

/// Bounds a clean shutdown: the peer must never outlive its parent.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

struct Arguments {
    listen: Vec<Multiaddr>,
    key: Keypair,
    dht: Option<Mode>,
    muxer: muxer::Kind,
}

fn parse_arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut listen = Vec::new();
    let mut key_type = "ed25519".to_owned();
    let mut dht = None;
    let mut muxer = muxer::Kind::Yamux;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        match name.as_str() {
            "--listen" => listen.push(value.parse()?),
            "--key-type" => key_type = value,
            "--muxer" => muxer = value.parse()?,
            "--dht" => {
                dht = Some(match value.as_str() {
                    "server" => Mode::Server,
                    "client" => Mode::Client,
                    _ => return Err(format!("unknown DHT mode {value}").into()),
                })
            }
            _ => return Err(format!("unknown argument {name}").into()),
        }
    }
    if listen.is_empty() {
        listen.push("/ip4/127.0.0.1/tcp/0".parse()?);
    }
    let key = match key_type.as_str() {
        "ed25519" => Keypair::generate_ed25519(),
        "secp256k1" => Keypair::generate_secp256k1(),
        _ => return Err(format!("unknown key type {key_type}").into()),
    };
    Ok(Arguments {
        listen,
        key,
        dht,
        muxer,
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments {
        listen,
        key,
        dht,
        muxer,
    } = parse_arguments()?;
    let mut node = node::Node::new(key, dht, muxer).await?;
    let addrs = node.listen(listen).await?;
    if dht.is_some() {
        // What is not known to be reachable from outside is not told as a provider's.
        for addr in &addrs {
            node.swarm.add_external_address(addr.clone());
        }
    }
    wire::event(
        "ready",
        json!({
            "implementation": "rust-libp2p",
            "version": env!("LIBP2P_VERSION"),
            "id": node.id().to_string(),
            "addrs": addrs,
        }),
    );
    let client = node.start();
    let stop = commands::serve(client.clone()).await;
    let _ = tokio::time::timeout(STOP_TIMEOUT, client.disconnect_all()).await;
    if let Some(id) = stop {
        wire::reply(&id, Ok(json!({})));
    }
    exit(0)
}
