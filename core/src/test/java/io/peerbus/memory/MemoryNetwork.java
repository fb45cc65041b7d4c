package io.peerbus.memory;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hosts that reach each other in memory. Made and used on one context. */
public final class MemoryNetwork {

  final Vertx vertx;
  final Context context;
  final Map<PeerId, MemoryHost> hosts = new LinkedHashMap<>();

  /** Must be made on the context that all of it will run on. */
  public MemoryNetwork(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  /** Host {@code node<n>}, listening on {@code /ip4/127.0.0.1/tcp/<n>}, its key made from {@code n}, 1 to 127. */
  public MemoryHost host(int n) {
    return host(n, Multiaddr.tcp("127.0.0.1", n));
  }

  /** The same, listening elsewhere. */
  public MemoryHost host(int n, Multiaddr address) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    MemoryHost host = new MemoryHost(this, "node" + n, KeyPair.ed25519(seed), address);
    hosts.put(host.id(), host);
    return host;
  }

  MemoryHost at(Multiaddr address) {
    for (MemoryHost host : hosts.values()) {
      if (host.address().equals(address)) {
        return host;
      }
    }
    return null;
  }
}
