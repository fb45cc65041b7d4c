//! One function for each op; it returns the fields of the reply.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use libp2p::{
    Multiaddr, PeerId,
    gossipsub::IdentTopic,
    multiaddr::Protocol,
    swarm::dial_opts::{DialOpts, PeerCondition},
};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};

use crate::{
    client::Client,
    dht, echo,
    wire::{self, Command},
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
const IDENTIFY_TIMEOUT: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

pub type Reply = Result<Value, String>;

/// Runs commands, none of which holds up another, until "stop", whose id is
/// returned, or until the end of stdin.
pub async fn serve(client: Client) -> Option<Value> {
    let mut commands = wire::commands();
    while let Some(command) = commands.recv().await {
        if command.op == "stop" {
            return Some(command.id);
        }
        let client = client.clone();
        tokio::spawn(async move {
            let id = command.id.clone();
            wire::reply(&id, run(&client, command).await);
        });
    }
    None
}

async fn run(client: &Client, command: Command) -> Reply {
    match command.op.as_str() {
        "connect" => return connect(client, &command.addr).await,
        "subscribe" => return subscribe(client, command.topic).await,
        "publish" => return publish(client, command.topic, &command.data).await,
        "mesh" => return mesh(client, command.topic).await,
        op if op.starts_with("dht-") => return dht::run(client, command).await,
        _ => {}
    }
    let peer: PeerId = command
        .peer
        .parse()
        .map_err(|error| format!("op {:?}, peer {:?}: {error}", command.op, command.peer))?;
    match command.op.as_str() {
        "disconnect" => {
            client.disconnect(peer).await;
            Ok(json!({}))
        }
        "identify" => identify(client, peer).await,
        "protocols" => {
            let mut fields = identify(client, peer).await?;
            Ok(json!({ "protocols": fields["protocols"].take() }))
        }
        "ping" => ping(client, peer, command.count).await,
        "echo" => echo::run(client, peer, command.streams, command.bytes).await,
        _ => Err(format!("unknown op {:?}", command.op)),
    }
}

pub async fn connect(client: &Client, addr: &str) -> Reply {
    let addr: Multiaddr = addr.parse().map_err(text)?;
    let Some(Protocol::P2p(peer)) = addr.iter().last() else {
        return Err(format!("no /p2p at the end of {addr}"));
    };
    let (sender, receiver) = oneshot::channel();
    client
        .call(move |node| {
            if node.swarm.is_connected(&peer) {
                let _ = sender.send(Ok(()));
                return Ok(());
            }
            let dial = DialOpts::peer_id(peer)
                .addresses(vec![addr])
                .condition(PeerCondition::Always)
                .build();
            node.dials.insert(dial.connection_id(), sender);
            node.swarm.dial(dial).map_err(text)
        })
        .await?;
    timeout(CONNECT_TIMEOUT, receiver)
        .await
        .map_err(text)?
        .map_err(text)??;
    Ok(json!({ "peer": peer.to_string() }))
}

async fn identify(client: &Client, peer: PeerId) -> Reply {
    let info = timeout(IDENTIFY_TIMEOUT, async {
        loop {
            let known = client.call(move |node| node.identified.get(&peer).cloned());
            if let Some(info) = known.await {
                return info;
            }
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .map_err(|_| "identify has not completed")?;
    Ok(json!({
        "agent": info.agent_version,
        "protocolVersion": info.protocol_version,
        "protocols": sorted(info.protocols),
        "listenAddrs": sorted(info.listen_addrs),
        "observedAddr": info.observed_addr,
    }))
}

/// Waits for the next pings that the library makes on its own.
async fn ping(client: &Client, peer: PeerId, count: usize) -> Reply {
    let (sender, mut results) = mpsc::unbounded_channel();
    client
        .call(move |node| {
            if node.swarm.is_connected(&peer) {
                node.pings.push((peer, sender));
                Ok(())
            } else {
                Err(format!("not connected to {peer}"))
            }
        })
        .await?;
    let mut micros = Vec::new();
    while micros.len() < count {
        let result = timeout(PING_TIMEOUT, results.recv()).await.map_err(text)?;
        micros.push(result.ok_or("the node stopped")??.as_micros() as u64);
    }
    Ok(json!({ "rttMicros": micros }))
}

async fn subscribe(client: &Client, topic: String) -> Reply {
    let topic = IdentTopic::new(topic);
    client
        .call(move |node| node.swarm.behaviour_mut().gossipsub.subscribe(&topic))
        .await
        .map_err(text)?;
    Ok(json!({}))
}

async fn publish(client: &Client, topic: String, data: &str) -> Reply {
    let topic = IdentTopic::new(topic);
    let data = BASE64_STANDARD.decode(data).map_err(text)?;
    client
        .call(move |node| node.swarm.behaviour_mut().gossipsub.publish(topic, data))
        .await
        .map_err(text)?;
    Ok(json!({}))
}

async fn mesh(client: &Client, topic: String) -> Reply {
    let topic = IdentTopic::new(topic).hash();
    let peers: Vec<PeerId> = client
        .call(move |node| {
            let gossipsub = &node.swarm.behaviour().gossipsub;
            gossipsub
                .all_peers()
                .filter(|(_, topics)| topics.contains(&&topic))
                .map(|(peer, _)| *peer)
                .collect()
        })
        .await;
    Ok(json!({ "peers": sorted(peers) }))
}

pub fn sorted<T: ToString>(values: Vec<T>) -> Vec<String> {
    let mut texts: Vec<_> = values.iter().map(T::to_string).collect();
    texts.sort();
    texts
}

pub fn text(error: impl ToString) -> String {
    error.to_string()
}
