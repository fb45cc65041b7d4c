//! rust-libp2p's DHT as a server and as a network of nodes in this process, to be
//! measured. The line protocol is described in ../README.md, "How fast the DHT is".

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    error::Error,
    io::BufRead,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures::{StreamExt, future::join_all};
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder, identify,
    identity::Keypair,
    kad::{self, GetRecordOk, Mode, QueryId, QueryResult, Quorum, Record, store::MemoryStore},
    multiaddr::Protocol,
    noise,
    swarm::{NetworkBehaviour, SwarmEvent},
    tcp, yamux,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

const PROTOCOL: StreamProtocol = StreamProtocol::new("/ipfs/kad/1.0.0");
const K: usize = 20;
const QUORUM: usize = 3;
const VALUE_SIZE: usize = 100;
const JOINING: usize = 8;
const FILLING_ROUNDS: usize = 2;
const FILLING_KEYS: usize = 5;

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    kad: kad::Behaviour<MemoryStore>,
}

type Kad = kad::Behaviour<MemoryStore>;
type Start = Box<dyn FnOnce(&mut Kad) -> Option<QueryId> + Send>;

/// What a node's task is told.
enum Order {
    Dial(Multiaddr),
    /// How many are in the routing table.
    Table(oneshot::Sender<usize>),
    Query(Start, oneshot::Sender<Option<Found>>),
}

#[derive(Default)]
struct Found {
    peers: Vec<PeerId>,
    records: usize,
}

#[derive(Clone)]
struct Node {
    id: PeerId,
    address: Multiaddr,
    orders: mpsc::UnboundedSender<Order>,
}

impl Node {
    async fn start() -> Result<Self, Box<dyn Error>> {
        let mut swarm = SwarmBuilder::with_existing_identity(Keypair::generate_ed25519())
            .with_tokio()
            .with_tcp(
                tcp::Config::default().nodelay(true),
                noise::Config::new,
                yamux::Config::default,
            )?
            .with_behaviour(|key| {
                let id = key.public().to_peer_id();
                let config = kad::Config::new(PROTOCOL);
                let mut kad = Kad::with_config(id, MemoryStore::new(id), config);
                kad.set_mode(Some(Mode::Server));
                let identify = identify::Config::new("ipfs/0.1.0".into(), key.public());
                Ok(Behaviour {
                    identify: identify::Behaviour::new(identify),
                    kad,
                })
            })?
            .with_swarm_config(|config| {
                // By default an idle connection ends after ten seconds.
                config.with_idle_connection_timeout(Duration::from_secs(3600))
            })
            .build();
        swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
        let id = *swarm.local_peer_id();
        let address = loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                break address.with(Protocol::P2p(id));
            }
        };
        let (orders, received) = mpsc::unbounded_channel();
        tokio::spawn(run(swarm, received));
        Ok(Self {
            id,
            address,
            orders,
        })
    }

    async fn table(&self) -> usize {
        let (sender, size) = oneshot::channel();
        let _ = self.orders.send(Order::Table(sender));
        size.await.unwrap_or(0)
    }

    async fn query<F>(&self, start: F) -> Option<Found>
    where
        F: FnOnce(&mut Kad) -> Option<QueryId> + Send + 'static,
    {
        let (sender, found) = oneshot::channel();
        let _ = self.orders.send(Order::Query(Box::new(start), sender));
        found.await.ok().flatten()
    }

    async fn closest(&self, key: Vec<u8>) -> Option<Found> {
        self.query(|kad| Some(kad.get_closest_peers(key))).await
    }
}

type Queries = HashMap<QueryId, (Found, oneshot::Sender<Option<Found>>)>;

/// The task that alone touches the swarm.
async fn run(mut swarm: Swarm<Behaviour>, mut orders: mpsc::UnboundedReceiver<Order>) {
    let mut queries = Queries::new();
    loop {
        tokio::select! {
            Some(order) = orders.recv() => obey(&mut swarm, &mut queries, order),
            event = swarm.select_next_some() => on_event(&mut swarm, &mut queries, event),
        }
    }
}

fn obey(swarm: &mut Swarm<Behaviour>, queries: &mut Queries, order: Order) {
    match order {
        Order::Dial(address) => {
            let _ = swarm.dial(address);
        }
        Order::Table(sender) => {
            let size = swarm.behaviour_mut().kad.kbuckets();
            let _ = sender.send(size.map(|bucket| bucket.num_entries()).sum());
        }
        Order::Query(start, sender) => match start(&mut swarm.behaviour_mut().kad) {
            Some(id) => {
                queries.insert(id, (Found::default(), sender));
            }
            None => {
                let _ = sender.send(None);
            }
        },
    }
}

fn on_event(
    swarm: &mut Swarm<Behaviour>,
    queries: &mut Queries,
    event: SwarmEvent<BehaviourEvent>,
) {
    let kad = &mut swarm.behaviour_mut().kad;
    match event {
        SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received {
            peer_id,
            info,
            ..
        })) if info.protocols.contains(&PROTOCOL) => {
            for address in info.listen_addrs {
                kad.add_address(&peer_id, address);
            }
        }
        SwarmEvent::Behaviour(BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed {
            id,
            result,
            step,
            ..
        })) => {
            let mut failed = false;
            if let Some((found, _)) = queries.get_mut(&id) {
                match result {
                    QueryResult::GetClosestPeers(Ok(ok)) => {
                        found.peers = ok.peers.iter().map(|peer| peer.peer_id).collect();
                    }
                    QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(_))) => {
                        found.records += 1;
                        if found.records == QUORUM
                            && let Some(mut query) = kad.query_mut(&id)
                        {
                            query.finish();
                        }
                    }
                    QueryResult::GetRecord(Ok(_)) => {}
                    QueryResult::PutRecord(Ok(_)) => {}
                    _ => failed = true,
                }
            }
            if (step.last || failed)
                && let Some((found, sender)) = queries.remove(&id)
            {
                let _ = sender.send(if failed { None } else { Some(found) });
            }
        }
        _ => {}
    }
}

struct Network {
    nodes: Vec<Node>,
    keys: Mutex<Vec<String>>,
    /// The next node, operations done and failed, peers found rightly and expected.
    counts: Mutex<[usize; 5]>,
}

impl Network {
    async fn start(size: usize) -> Result<Arc<Self>, Box<dyn Error>> {
        let mut nodes = Vec::new();
        for _ in 0..size {
            nodes.push(Node::start().await?);
        }
        for node in &nodes[1..] {
            let _ = node.orders.send(Order::Dial(nodes[0].address.clone()));
            while node.table().await == 0 {
                sleep(Duration::from_millis(10)).await;
            }
        }
        let network = Arc::new(Self {
            nodes,
            keys: Mutex::default(),
            counts: Mutex::default(),
        });
        network.fill().await;
        Ok(network)
    }

    /// Each looks for itself and for some places of the key space, twice.
    async fn fill(&self) {
        for _ in 0..FILLING_ROUNDS {
            for group in self.nodes.chunks(JOINING) {
                join_all(group.iter().map(|node| async {
                    node.closest(node.id.to_bytes()).await;
                    for _ in 0..FILLING_KEYS {
                        node.closest(random()).await;
                    }
                }))
                .await;
            }
        }
    }

    async fn operation(&self, what: &str) -> bool {
        let number = {
            let mut counts = self.counts.lock().unwrap();
            counts[0] += 1;
            counts[0]
        };
        let node = &self.nodes[number % self.nodes.len()];
        match what {
            "closest" => self.closest(node).await,
            "put" => self.put(node).await,
            _ => self.get(node, number).await,
        }
    }

    async fn closest(&self, node: &Node) -> bool {
        let key = random();
        let Some(found) = node.closest(key.clone()).await else {
            return false;
        };
        let target = Sha256::digest(&key);
        let distance = |id: &PeerId| -> Vec<u8> {
            let place = Sha256::digest(id.to_bytes());
            place.iter().zip(&target).map(|(a, b)| a ^ b).collect()
        };
        let mut all: Vec<_> = self.nodes.iter().map(|node| node.id).collect();
        all.retain(|id| *id != node.id);
        all.sort_by_cached_key(|id| Reverse(distance(id)));
        let nearest: HashSet<_> = all.into_iter().rev().take(K).collect();
        let right = found.peers.iter().filter(|id| nearest.contains(id)).count();
        let mut counts = self.counts.lock().unwrap();
        counts[3] += right;
        counts[4] += nearest.len();
        true
    }

    async fn put(&self, node: &Node) -> bool {
        let name: String = random().iter().take(16).map(|b| format!("{b:02x}")).collect();
        let key = format!("/interop/{name}");
        let value = (0..VALUE_SIZE).map(|_| rand::random()).collect();
        let record = Record::new(key.clone().into_bytes(), value);
        let done = node.query(|kad| kad.put_record(record, Quorum::All).ok());
        let took = done.await.is_some();
        if took {
            self.keys.lock().unwrap().push(key);
        }
        took
    }

    async fn get(&self, node: &Node, number: usize) -> bool {
        let key = {
            let keys = self.keys.lock().unwrap();
            keys[number * 7919 % keys.len()].clone().into_bytes()
        };
        let found = node.query(|kad| Some(kad.get_record(key.into()))).await;
        found.is_some_and(|found| found.records > 0)
    }

    /// So many at a time, each by the next node.
    async fn measure(self: &Arc<Self>, what: &str, seconds: f64, in_flight: usize) {
        self.counts.lock().unwrap()[1..].fill(0);
        let start = Instant::now();
        let chains = (0..in_flight).map(|_| {
            let (network, what) = (self.clone(), what.to_owned());
            tokio::spawn(async move {
                while start.elapsed().as_secs_f64() < seconds {
                    let well = network.operation(&what).await;
                    network.counts.lock().unwrap()[if well { 1 } else { 2 }] += 1;
                }
            })
        });
        join_all(chains).await;
        let counts = self.counts.lock().unwrap();
        tell(json!({
            "count": counts[1],
            "failed": counts[2],
            "seconds": start.elapsed().as_secs_f64(),
            "right": counts[3] as f64 / counts[4].max(1) as f64,
        }));
    }
}

fn random() -> Vec<u8> {
    rand::random::<[u8; 32]>().to_vec()
}

fn tell(line: serde_json::Value) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let version = env!("LIBP2P_VERSION");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let network = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => {
            let node = Node::start().await?;
            tell(json!({ "addr": node.address.to_string(), "version": version }));
            None
        }
        ["network", size] => {
            let network = Network::start(size.parse()?).await?;
            tell(json!({ "nodes": network.nodes.len(), "version": version }));
            Some(network)
        }
        _ => return Err("usage: speed serve | network NODES".into()),
    };
    let (sender, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    while let Some(line) = lines.recv().await {
        let words: Vec<_> = line.split_whitespace().collect();
        let (Some(network), [what, seconds, number]) = (&network, &words[..]) else {
            return Err(format!("not an order: {line:?}").into());
        };
        network.measure(what, seconds.parse()?, number.parse()?).await;
    }
    std::process::exit(0)
}
