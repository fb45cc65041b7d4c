//! The echo protocol: its handler, and a client that checks what comes back.

use std::{
    io,
    time::{Duration, Instant},
};

use futures::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt,
    future::{try_join, try_join_all},
};
use libp2p::{PeerId, Stream, StreamProtocol};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::client::Client;

pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/interop/echo/1.0.0");
const TIMEOUT: Duration = Duration::from_secs(300);
const BLOCK: usize = 64 * 1024;

/// Copies block by block: the next is read when the last has been written. A
/// stream that is dropped before it was closed is reset by the library.
pub async fn serve(stream: Stream) {
    let (mut reader, mut writer) = stream.split();
    if let Err(error) = copy(&mut reader, &mut writer).await {
        eprintln!("echo: {error}");
    }
}

async fn copy(
    reader: &mut (impl AsyncRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        let length = reader.read(&mut block).await?;
        if length == 0 {
            return writer.close().await;
        }
        writer.write_all(&block[..length]).await?;
        writer.flush().await?;
    }
}

/// Opens all streams before it writes on any, then runs them side by side.
pub async fn run(client: &Client, peer: PeerId, count: usize, size: u64) -> Result<Value, String> {
    let start = Instant::now();
    timeout(TIMEOUT, async {
        let mut streams = Vec::new();
        for _ in 0..count {
            streams.push(open(client, peer).await?);
        }
        let trips = streams
            .into_iter()
            .enumerate()
            .map(|(number, stream)| round_trip(stream, number as u64, size));
        try_join_all(trips).await
    })
    .await
    .map_err(|_| "echo takes too long")??;
    Ok(json!({
        "streams": count,
        "bytes": count as u64 * size,
        "sha256Ok": true,
        "millis": start.elapsed().as_millis() as u64,
    }))
}

async fn open(client: &Client, peer: PeerId) -> Result<Stream, String> {
    client
        .call(move |node| node.swarm.behaviour_mut().echo.open(peer))
        .await
        .await
        .map_err(|_| format!("no connection to {peer}"))?
}

async fn round_trip(stream: Stream, seed: u64, size: u64) -> Result<(), String> {
    let (reader, writer) = stream.split();
    let (sent, (received, count)) = try_join(send(writer, seed, size), receive(reader))
        .await
        .map_err(|error| format!("stream {seed}: {error}"))?;
    if count != size {
        return Err(format!(
            "stream {seed}: sent {size} bytes, received {count}"
        ));
    }
    if sent != received {
        return Err(format!(
            "stream {seed}: received other bytes than were sent"
        ));
    }
    Ok(())
}

async fn send(mut writer: impl AsyncWrite + Unpin, seed: u64, size: u64) -> io::Result<Vec<u8>> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut digest = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut left = size;
    while left > 0 {
        let length = left.min(BLOCK as u64) as usize;
        random.fill_bytes(&mut block[..length]);
        digest.update(&block[..length]);
        writer.write_all(&block[..length]).await?;
        left -= length as u64;
    }
    writer.close().await?;
    Ok(digest.finalize().to_vec())
}

async fn receive(mut reader: impl AsyncRead + Unpin) -> io::Result<(Vec<u8>, u64)> {
    let mut digest = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut count = 0;
    loop {
        let length = reader.read(&mut block).await?;
        if length == 0 {
            return Ok((digest.finalize().to_vec(), count));
        }
        digest.update(&block[..length]);
        count += length as u64;
    }
}
