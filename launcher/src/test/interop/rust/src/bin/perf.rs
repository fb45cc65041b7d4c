//! rust-libp2p measured with itself: bytes, streams, connections and round trips.
//! The line protocol is described in ../README.md, "How fast connections are".

use std::{
    collections::HashMap,
    error::Error,
    io,
    io::BufRead,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt, future::try_join_all};
use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol, Swarm, SwarmBuilder, identify,
    identity::Keypair,
    multiaddr::Protocol,
    noise,
    swarm::{
        ConnectionId, NetworkBehaviour, SwarmEvent, behaviour::toggle::Toggle, dial_opts::DialOpts,
    },
    tcp, yamux,
};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

#[path = "../open_streams.rs"]
mod open_streams;

const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");
const PING: StreamProtocol = StreamProtocol::new("/ipfs/ping/1.0.0");
const PIECE: usize = 64 << 10;
const PING_SIZE: usize = 32;
const HOLDING: usize = 32;

/// Those who only dial have no identify.
#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: Toggle<identify::Behaviour>,
    perf: open_streams::Behaviour,
    ping: open_streams::Behaviour,
}

type Failed = Box<dyn Error + Send + Sync>;

/// What a node's task is told.
enum Order {
    Open(PeerId, bool, oneshot::Sender<Opening>),
    /// Connects, closes again unless it is to stay, and tells.
    Dial(Multiaddr, bool, oneshot::Sender<Result<(), String>>),
}

type Opening = oneshot::Receiver<Result<Stream, String>>;
type Dials = HashMap<ConnectionId, (bool, oneshot::Sender<Result<(), String>>)>;

#[derive(Clone)]
struct Node {
    id: PeerId,
    address: Option<Multiaddr>,
    orders: mpsc::UnboundedSender<Order>,
}

impl Node {
    async fn start(listens: bool, identifies: bool) -> Result<Self, Failed> {
        let mut swarm = SwarmBuilder::with_existing_identity(Keypair::generate_ed25519())
            .with_tokio()
            .with_tcp(
                tcp::Config::default().nodelay(true),
                noise::Config::new,
                yamux::Config::default,
            )?
            .with_behaviour(|key| {
                let config = identify::Config::new("ipfs/0.1.0".into(), key.public());
                Ok(Behaviour {
                    identify: identifies.then(|| identify::Behaviour::new(config)).into(),
                    perf: open_streams::Behaviour::new(PERF, |stream| spawn(answer(stream))),
                    ping: open_streams::Behaviour::new(PING, |stream| spawn(echo(stream))),
                })
            })?
            .with_swarm_config(|config| {
                // By default an idle connection ends after ten seconds.
                config.with_idle_connection_timeout(Duration::from_secs(3600))
            })
            .build();
        let id = *swarm.local_peer_id();
        let mut address = None;
        if listens {
            swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
            while address.is_none() {
                if let SwarmEvent::NewListenAddr { address: at, .. } = swarm.select_next_some().await {
                    address = Some(at.with(Protocol::P2p(id)));
                }
            }
        }
        let (orders, received) = mpsc::unbounded_channel();
        tokio::spawn(run(swarm, received));
        Ok(Self { id, address, orders })
    }

    async fn open(&self, peer: PeerId, ping: bool) -> Result<Stream, Failed> {
        let (sender, opening) = oneshot::channel();
        self.orders.send(Order::Open(peer, ping, sender))?;
        Ok(opening.await?.await??)
    }

    async fn dial(&self, to: &Multiaddr, stays: bool) -> Result<(), Failed> {
        let (sender, done) = oneshot::channel();
        self.orders.send(Order::Dial(to.clone(), stays, sender))?;
        Ok(done.await??)
    }
}

fn spawn(work: impl Future<Output = io::Result<()>> + Send + 'static) {
    // A stream that is dropped before it was closed is reset by the library.
    tokio::spawn(work);
}

/// The task that alone touches the swarm.
async fn run(mut swarm: Swarm<Behaviour>, mut orders: mpsc::UnboundedReceiver<Order>) {
    let mut dials = Dials::new();
    loop {
        tokio::select! {
            Some(order) = orders.recv() => match order {
                Order::Open(peer, ping, sender) => {
                    let behaviour = swarm.behaviour_mut();
                    let streams = if ping { &mut behaviour.ping } else { &mut behaviour.perf };
                    let _ = sender.send(streams.open(peer));
                }
                Order::Dial(address, stays, sender) => {
                    let options = DialOpts::unknown_peer_id().address(address).build();
                    dials.insert(options.connection_id(), (stays, sender));
                    let _ = swarm.dial(options); // what fails comes as an event
                }
            },
            event = swarm.select_next_some() => on_event(&mut swarm, &mut dials, event),
        }
    }
}

fn on_event(swarm: &mut Swarm<Behaviour>, dials: &mut Dials, event: SwarmEvent<BehaviourEvent>) {
    let (id, result) = match event {
        SwarmEvent::ConnectionEstablished { connection_id, .. } => {
            if dials.get(&connection_id).is_some_and(|(stays, _)| !stays) {
                swarm.close_connection(connection_id);
                return;
            }
            (connection_id, Ok(()))
        }
        SwarmEvent::ConnectionClosed { connection_id, .. } => (connection_id, Ok(())),
        SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
            (connection_id, Err(error.to_string()))
        }
        _ => return,
    };
    if let Some((_, sender)) = dials.remove(&id) {
        let _ = sender.send(result);
    }
}

/// The serving side of one stream.
async fn answer(mut stream: Stream) -> io::Result<()> {
    let mut wanted = [0; 8];
    stream.read_exact(&mut wanted).await?;
    drain(&mut stream).await?;
    fill(&mut stream, u64::from_be_bytes(wanted)).await?;
    stream.close().await
}

async fn echo(mut stream: Stream) -> io::Result<()> {
    let mut bytes = [0; PING_SIZE];
    loop {
        stream.read_exact(&mut bytes).await?;
        stream.write_all(&bytes).await?;
        stream.flush().await?;
    }
}

async fn drain(stream: &mut Stream) -> io::Result<u64> {
    let mut piece = vec![0; PIECE];
    let mut sum = 0;
    loop {
        match stream.read(&mut piece).await? {
            0 => return Ok(sum),
            length => sum += length as u64,
        }
    }
}

async fn fill(stream: &mut Stream, bytes: u64) -> io::Result<()> {
    let piece = vec![0; bytes.min(PIECE as u64) as usize];
    let mut left = bytes;
    while left > 0 {
        let length = left.min(PIECE as u64) as usize;
        stream.write_all(&piece[..length]).await?;
        left -= length as u64;
    }
    Ok(())
}

struct Client {
    node: Node,
    dialer: Node,
    server: PeerId,
    address: Multiaddr,
}

impl Client {
    /// One stream, from its opening to its end.
    async fn transfer(&self, up: u64, down: u64) -> Result<(), Failed> {
        let mut stream = self.node.open(self.server, false).await?;
        stream.write_all(&down.to_be_bytes()).await?;
        fill(&mut stream, up).await?;
        stream.close().await?;
        let came = drain(&mut stream).await?;
        if came == down {
            Ok(())
        } else {
            Err(format!("{came} of {down} bytes came").into())
        }
    }

    /// They go there and back one after the other on one stream.
    async fn pings(&self, count: usize) -> Result<Vec<u64>, Failed> {
        let mut stream = self.node.open(self.server, true).await?;
        let mut bytes = [0; PING_SIZE];
        let mut micros = Vec::with_capacity(count);
        for _ in 0..count {
            let start = Instant::now();
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            stream.read_exact(&mut bytes).await?;
            micros.push(start.elapsed().as_micros() as u64);
        }
        Ok(micros)
    }

    async fn obey(self: &Arc<Self>, words: &[&str]) -> Result<serde_json::Value, Failed> {
        let numbers: Vec<u64> = words[1..].iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
        let start = Instant::now();
        match (words[0], &numbers[..]) {
            ("upload", [bytes]) => self.transfer(*bytes, 0).await?,
            ("download", [bytes]) => self.transfer(0, *bytes).await?,
            ("ping", [count]) => return Ok(json!({ "micros": self.pings(*count as usize).await? })),
            ("streams", [count, lanes]) => {
                self.together(*count, *lanes as usize, |client| async move { client.transfer(0, 1).await })
                    .await?;
            }
            ("connections", [count, lanes]) => self.connections(*count, *lanes as usize, false).await?,
            ("hold", [count]) => self.connections(*count, HOLDING, true).await?,
            _ => return Err(format!("not an order: {words:?}").into()),
        }
        Ok(json!({ "seconds": start.elapsed().as_secs_f64() }))
    }

    async fn connections(self: &Arc<Self>, count: u64, lanes: usize, stay: bool) -> Result<(), Failed> {
        self.together(count, lanes, move |client| async move {
            client.dialer.dial(&client.address, stay).await
        })
        .await
    }

    /// Does something so often, in so many lanes.
    async fn together<F, D>(self: &Arc<Self>, count: u64, lanes: usize, work: D) -> Result<(), Failed>
    where
        F: Future<Output = Result<(), Failed>> + Send + 'static,
        D: Fn(Arc<Client>) -> F + Clone + Send + Sync + 'static,
    {
        let left = Arc::new(AtomicI64::new(count as i64));
        try_join_all((0..lanes).map(|_| {
            let (client, left, work) = (self.clone(), left.clone(), work.clone());
            tokio::spawn(async move {
                while left.fetch_sub(1, Ordering::Relaxed) > 0 {
                    work(client.clone()).await?;
                }
                Ok::<_, Failed>(())
            })
        }))
        .await?
        .into_iter()
        .collect()
    }
}

fn tell(line: serde_json::Value) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let version = env!("LIBP2P_VERSION");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let client = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => {
            let node = Node::start(true, true).await?;
            tell(json!({ "addr": node.address.as_ref().map(Multiaddr::to_string), "version": version }));
            None
        }
        ["run", address] => {
            let address: Multiaddr = address.parse()?;
            let Some(Protocol::P2p(server)) = address.iter().last() else {
                return Err("the address names no peer".into());
            };
            let node = Node::start(false, true).await?;
            node.dial(&address, true).await?;
            let dialer = Node::start(false, false).await?;
            tell(json!({ "version": version, "id": node.id.to_string() }));
            Some(Arc::new(Client { node, dialer, server, address }))
        }
        _ => return Err("usage: perf serve | run MULTIADDR".into()),
    };
    let (sender, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    while let Some(line) = lines.recv().await {
        let words: Vec<_> = line.split_whitespace().collect();
        let answer = match &client {
            Some(client) => client.obey(&words).await,
            None => Err("a server takes no orders".into()),
        };
        tell(answer.unwrap_or_else(|error| json!({ "error": error.to_string() })));
    }
    std::process::exit(0)
}
