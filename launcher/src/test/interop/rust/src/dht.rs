//! The Kademlia DHT: its behaviour, and the commands whose op begins with "dht-".

use std::{collections::HashSet, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, identify,
    kad::{
        self, GetProvidersOk, GetRecordOk, Mode, PeerInfo, QueryId, QueryResult, Quorum, Record,
        RecordKey, store::MemoryStore,
    },
    multiaddr::Protocol,
};
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

use crate::{
    client::Client,
    commands::{Reply, connect, sorted, text},
    node::Node,
    wire::Command,
};

pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/ipfs/kad/1.0.0");

const JOIN_TIMEOUT: Duration = Duration::from_secs(20);
const QUERY_TIMEOUT: Duration = Duration::from_secs(80);

pub fn behaviour(id: PeerId, mode: Mode) -> kad::Behaviour<MemoryStore> {
    let mut behaviour =
        kad::Behaviour::with_config(id, MemoryStore::new(id), kad::Config::new(PROTOCOL));
    // Left alone it is a client until an address is known to be reachable.
    behaviour.set_mode(Some(mode));
    behaviour
}

/// The library leaves it to the program to tell the DHT what identify learnt.
pub fn on_identified(node: &mut Node, peer: PeerId, info: &identify::Info) {
    if let Some(kad) = node.swarm.behaviour_mut().kad.as_mut()
        && info.protocols.contains(&PROTOCOL)
    {
        for addr in &info.listen_addrs {
            kad.add_address(&peer, addr.clone());
        }
    }
}

pub fn on_event(node: &mut Node, event: kad::Event) {
    if let kad::Event::OutboundQueryProgressed {
        id, result, step, ..
    } = event
    {
        // Queries of the library's own have nobody that waits for them.
        if let Some(waiting) = node.queries.get(&id) {
            let _ = waiting.send(result);
        }
        if step.last {
            node.queries.remove(&id);
        }
    }
}

pub async fn run(client: &Client, command: Command) -> Reply {
    match command.op.as_str() {
        "dht-join" => join(client, &command.addrs).await,
        "dht-put" => put(client, bytes(&command.key)?, bytes(&command.value)?).await,
        "dht-get" => get(client, bytes(&command.key)?).await,
        "dht-provide" => provide(client, bytes(&command.key)?).await,
        "dht-find-providers" => find_providers(client, bytes(&command.key)?, command.count).await,
        "dht-find-peer" => find_peer(client, &command.peer).await,
        "dht-closest" => {
            let peers = closest(client, bytes(&command.key)?).await?;
            let peers: Vec<_> = peers.iter().map(|info| info.peer_id.to_string()).collect();
            Ok(json!({ "peers": peers }))
        }
        "dht-table" => Ok(json!({ "peers": sorted(table(client).await?) })),
        _ => Err(format!("unknown op {:?}", command.op)),
    }
}

fn bytes(base64: &str) -> Result<Vec<u8>, String> {
    BASE64_STANDARD.decode(base64).map_err(text)
}

/// Runs something on the DHT.
async fn call<T, F>(client: &Client, action: F) -> Result<T, String>
where
    T: Send + 'static,
    F: FnOnce(&mut kad::Behaviour<MemoryStore>) -> T + Send + 'static,
{
    client
        .call(|node| node.swarm.behaviour_mut().kad.as_mut().map(action))
        .await
        .ok_or("started without --dht".to_owned())
}

/// Begins a query, whose results come until the channel closes.
async fn query<F>(client: &Client, start: F) -> Result<mpsc::UnboundedReceiver<QueryResult>, String>
where
    F: FnOnce(&mut kad::Behaviour<MemoryStore>) -> Result<QueryId, String> + Send + 'static,
{
    let (sender, results) = mpsc::unbounded_channel();
    client
        .call(|node| {
            let kad = node.swarm.behaviour_mut().kad.as_mut();
            let id = start(kad.ok_or("started without --dht")?)?;
            node.queries.insert(id, sender);
            Ok::<_, String>(())
        })
        .await?;
    Ok(results)
}

/// The next result of a query, or none after the last.
async fn next(
    results: &mut mpsc::UnboundedReceiver<QueryResult>,
) -> Result<Option<QueryResult>, String> {
    timeout(QUERY_TIMEOUT, results.recv()).await.map_err(text)
}

async fn table(client: &Client) -> Result<Vec<PeerId>, String> {
    call(client, |kad| {
        kad.kbuckets()
            .flat_map(|bucket| {
                let peers: Vec<_> = bucket
                    .iter()
                    .map(|entry| *entry.node.key.preimage())
                    .collect();
                peers
            })
            .collect()
    })
    .await
}

/// Connects, waits until the table has somebody to ask, and fills it.
async fn join(client: &Client, addrs: &[String]) -> Reply {
    for addr in addrs {
        connect(client, addr).await?;
    }
    timeout(JOIN_TIMEOUT, async {
        while table(client).await?.is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
        Ok::<_, String>(())
    })
    .await
    .map_err(|_| "no peer has come into the routing table")??;
    let mut results = query(client, |kad| kad.bootstrap().map_err(text)).await?;
    while let Some(result) = next(&mut results).await? {
        if let QueryResult::Bootstrap(result) = result {
            result.map_err(text)?;
        }
    }
    Ok(json!({}))
}

async fn put(client: &Client, key: Vec<u8>, value: Vec<u8>) -> Reply {
    let record = Record::new(key, value);
    let mut results = query(client, |kad| {
        kad.put_record(record, Quorum::One).map_err(text)
    })
    .await?;
    match next(&mut results).await? {
        Some(QueryResult::PutRecord(result)) => result.map(|_| json!({})).map_err(text),
        other => Err(format!("unexpected {other:?}")),
    }
}

/// The last in the order of their bytes of all values that are found.
async fn get(client: &Client, key: Vec<u8>) -> Reply {
    let key = RecordKey::from(key);
    let mut results = query(client, |kad| Ok(kad.get_record(key))).await?;
    let mut best: Option<Vec<u8>> = None;
    let mut failure = "no record".to_owned();
    while let Some(result) = next(&mut results).await? {
        match result {
            QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(found))) => {
                best = best.max(Some(found.record.value));
            }
            QueryResult::GetRecord(Err(error)) => failure = text(error),
            _ => {}
        }
    }
    best.map(|value| json!({ "value": BASE64_STANDARD.encode(value) }))
        .ok_or(failure)
}

async fn provide(client: &Client, key: Vec<u8>) -> Reply {
    let key = RecordKey::from(key);
    let mut results = query(client, |kad| kad.start_providing(key).map_err(text)).await?;
    match next(&mut results).await? {
        Some(QueryResult::StartProviding(result)) => result.map(|_| json!({})).map_err(text),
        other => Err(format!("unexpected {other:?}")),
    }
}

/// Ends early when there are enough.
async fn find_providers(client: &Client, key: Vec<u8>, count: usize) -> Reply {
    let key = RecordKey::from(key);
    let mut results = query(client, |kad| Ok(kad.get_providers(key))).await?;
    let mut all = HashSet::new();
    let mut failure = "no provider".to_owned();
    while all.len() < count
        && let Some(result) = next(&mut results).await?
    {
        match result {
            QueryResult::GetProviders(Ok(GetProvidersOk::FoundProviders { providers, .. })) => {
                all.extend(providers);
            }
            QueryResult::GetProviders(Err(error)) => failure = text(error),
            _ => {}
        }
    }
    if all.is_empty() {
        return Err(failure);
    }
    Ok(json!({ "peers": sorted(all.into_iter().collect()) }))
}

async fn closest(client: &Client, key: Vec<u8>) -> Result<Vec<PeerInfo>, String> {
    let mut results = query(client, |kad| Ok(kad.get_closest_peers(key))).await?;
    match next(&mut results).await? {
        Some(QueryResult::GetClosestPeers(result)) => result.map(|found| found.peers).map_err(text),
        other => Err(format!("unexpected {other:?}")),
    }
}

/// What the lookup tells, and what the routing table has: a py peer that is asked
/// for itself tells no address.
async fn find_peer(client: &Client, peer: &str) -> Reply {
    let peer: PeerId = peer.parse().map_err(text)?;
    let peers = closest(client, peer.to_bytes()).await?;
    let found = peers.into_iter().find(|info| info.peer_id == peer);
    let mut addrs = found.ok_or("it is not among the closest")?.addrs;
    addrs.extend(call(client, move |kad| addresses(kad, peer)).await?);
    let plain = |addr: &Multiaddr| -> Multiaddr {
        addr.iter()
            .filter(|part| !matches!(part, Protocol::P2p(_)))
            .collect()
    };
    let plain: HashSet<_> = addrs.iter().map(plain).collect();
    Ok(json!({ "addrs": sorted(plain.into_iter().collect()) }))
}

fn addresses(kad: &mut kad::Behaviour<MemoryStore>, peer: PeerId) -> Vec<Multiaddr> {
    let bucket = kad.kbucket(peer);
    let entries = bucket.iter().flat_map(|bucket| bucket.iter());
    entries
        .filter(|entry| *entry.node.key.preimage() == peer)
        .flat_map(|entry| entry.node.value.iter().cloned())
        .collect()
}
