package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Admission of inbound connections: decided by address alone and before any cryptography, so that refusing costs
 * less than asking. A slot is taken when a socket is accepted, and passes to the connection when it is upgraded.
 *
 * <p>Not thread safe, owned by its swarm. Every operation is O(1), amortised.
 */
final class Limits {

  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  /** One host's connections, and a bucket of those it may still open. */
  private final class Source {
    private int open;
    private double tokens = options.getBurstPerIp();
    private long filledAt;

    private Source(long now) {
      filledAt = now;
    }

    private void refill(long now) {
      double earned = Math.max(0, now - filledAt) / NANOS_PER_SECOND * options.getRatePerIp();
      tokens = Math.min(options.getBurstPerIp(), tokens + earned);
      filledAt = now;
    }

    private boolean isFull() {
      return tokens >= options.getBurstPerIp();
    }
  }

  private InboundOptions options;
  private final Map<Long, Source> busy = new HashMap<>();
  /** Hosts without a connection, kept only for their rate; the one that left first is the first to be forgotten. */
  private final LinkedHashMap<Long, Source> idle = new LinkedHashMap<>();
  /** Connections of each IPv6 /48 that has any. */
  private final Map<Long, Integer> sites = new HashMap<>();
  private int pending;
  private int established;

  Limits(InboundOptions options) {
    this.options = new InboundOptions(options);
  }

  /** From now on; who is in stays in. */
  void setOptions(InboundOptions next) {
    options = new InboundOptions(next);
  }

  /**
   * Takes a slot for an accepted socket and answers {@code null}, or answers the limit that forbids it.
   *
   * @param allowed whether the owner has named the address: it may have a slot of the reserve
   */
  String admit(long now, Multiaddr address, boolean allowed) {
    int more = allowed ? options.getReserve() : 0;
    if (pending - more >= options.getMaxPending()) {
      return "maxPending: " + pending + " inbound connections are being upgraded";
    }
    if (pending + established - more >= options.getMaxConnections()) {
      return "maxConnections: " + (pending + established) + " inbound connections";
    }
    boolean exempt = isExempt(address);
    String refusal = exempt ? null : refusalOf(now, address, more);
    if (refusal == null) {
      Source source = source(now, IpGroup.of(address));
      source.tokens -= exempt ? 0 : 1;
      take(source, address); // the exempt too: they may not be any more when they go
      pending++;
    }
    return refusal;
  }

  /** The socket is upgraded or closed. */
  void onAcceptEnded(long now, Multiaddr address) {
    if (pending == 0) {
      throw new IllegalStateException("no inbound connection from " + address + " is being upgraded");
    }
    pending--;
    release(now, address);
  }

  void onConnected(long now, Multiaddr address) {
    established++;
    take(source(now, IpGroup.of(address)), address);
  }

  void onClosed(long now, Multiaddr address) {
    established--;
    release(now, address);
  }

  int pending() {
    return pending;
  }

  int established() {
    return established;
  }

  /** IPv6 sites that have connections. */
  int sites() {
    return sites.size();
  }

  /** Hosts that are remembered. */
  int tracked() {
    return busy.size() + idle.size();
  }

  private String refusalOf(long now, Multiaddr address, int more) {
    long group = IpGroup.of(address);
    Source source = busy.get(group);
    if (source == null) {
      source = idle.get(group);
    }
    if (source != null) {
      source.refill(now);
      if (source.open - more >= options.getMaxPerIp()) {
        return "maxPerIp: " + source.open + " inbound connections from the host of " + address;
      }
      if (source.tokens < 1) {
        return "ratePerIp: more than " + options.getRatePerIp() + " inbound connections a second from the host of "
            + address;
      }
    }
    int ofSite = sites.getOrDefault(IpGroup.siteOf(address), 0);
    if (ofSite - more >= options.getMaxPerSite()) {
      return "maxPerSite: " + ofSite + " inbound connections from the /48 of " + address;
    }
    return null;
  }

  private void take(Source source, Multiaddr address) {
    source.open++;
    long site = IpGroup.siteOf(address);
    if (site != IpGroup.NO_SITE) {
      sites.merge(site, 1, Integer::sum);
    }
  }

  private Source source(long now, long group) {
    Source source = busy.get(group);
    if (source == null) {
      source = idle.remove(group);
      source = source == null ? new Source(now) : source;
      busy.put(group, source);
    }
    return source;
  }

  private void release(long now, Multiaddr address) {
    sites.computeIfPresent(IpGroup.siteOf(address), (site, count) -> count == 1 ? null : count - 1);
    long group = IpGroup.of(address);
    Source source = busy.get(group);
    source.open--;
    if (source.open == 0) {
      busy.remove(group);
      forget(now);
      idle.put(group, source);
    }
  }

  /** Two eldest for each new one, so that those whose bucket is full again cannot pile up. */
  private void forget(long now) {
    Iterator<Map.Entry<Long, Source>> eldest = idle.entrySet().iterator();
    for (int i = 0; i < 2 && eldest.hasNext(); i++) {
      Source source = eldest.next().getValue();
      source.refill(now);
      if (source.isFull() || idle.size() >= options.getMaxTrackedIps()) {
        eldest.remove();
      }
    }
  }

  private boolean isExempt(Multiaddr address) {
    return options.isLoopbackExempt() && address.isLoopback();
  }
}
