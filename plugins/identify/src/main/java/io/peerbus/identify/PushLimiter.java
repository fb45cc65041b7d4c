package io.peerbus.identify;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many pushes are listened to: a token bucket for each peer, one for each network that peers come from, and one
 * for all (SEC-27, go-libp2p #3266). A network is an IPv4 /24 or an IPv6 /56; loopback is none, because all the nodes
 * of one machine would share it.
 *
 * <p>A peer's bucket outlives its connection, or reconnecting would fill it. Not thread safe, owned by its machine.
 */
final class PushLimiter {

  /**
   * Buckets kept of peers, and of networks. Beyond this the one that was not asked for the longest is forgotten; the
   * bucket for all remains.
   */
  static final int MAX_BUCKETS = 4096;

  private static final int IP4_BYTES = 4;
  private static final int IP4_PREFIX = 3;
  private static final int IP6_PREFIX = 7;

  private final IdentifyOptions options;
  private final Bucket all;
  private final Map<PeerId, Bucket> ofPeers = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<ByteBuffer, Bucket> ofNetworks = new LinkedHashMap<>(16, 0.75f, true);

  PushLimiter(IdentifyOptions options) {
    this.options = options;
    this.all = new Bucket(options.getPushBurstOfAll(), options.getPushIntervalOfAll());
  }

  /** Whether a push of this peer, which is connected from there, may be read now; takes the tokens if so. */
  boolean admits(long now, PeerId peer, Multiaddr from) {
    Bucket own = bucket(ofPeers, peer, options.getPushBurst(), options.getPushInterval());
    ByteBuffer network = network(from);
    Bucket shared = network == null ? null
        : bucket(ofNetworks, network, options.getPushBurstOfNetwork(), options.getPushIntervalOfNetwork());
    if (!own.hasOne(now) || shared != null && !shared.hasOne(now) || !all.hasOne(now)) {
      return false;
    }
    own.take();
    all.take();
    if (shared != null) {
      shared.take();
    }
    return true;
  }

  private static <K> Bucket bucket(Map<K, Bucket> buckets, K key, int burst, long interval) {
    Bucket bucket = buckets.computeIfAbsent(key, absent -> new Bucket(burst, interval));
    if (buckets.size() > MAX_BUCKETS) {
      buckets.remove(buckets.keySet().iterator().next());
    }
    return bucket;
  }

  /** The network of an address, or {@code null} when it has none. The two families differ in length. */
  private static ByteBuffer network(Multiaddr from) {
    byte[] ip = from.isLoopback() ? null : from.ip().orElse(null);
    return ip == null ? null : ByteBuffer.wrap(Arrays.copyOf(ip, ip.length == IP4_BYTES ? IP4_PREFIX : IP6_PREFIX));
  }

  /** Of peers or of networks, of whichever there are more. */
  int buckets() {
    return Math.max(ofPeers.size(), ofNetworks.size());
  }

  /** Tokens counted in the nanoseconds it takes to earn them. */
  private static final class Bucket {
    private final long full;
    private final long price;
    private long credit;
    private long since;
    private boolean used;

    Bucket(int burst, long nanosPerToken) {
      this.price = nanosPerToken;
      this.full = Math.multiplyExact(burst, nanosPerToken);
      this.credit = full;
    }

    boolean hasOne(long now) {
      long earned = used ? Math.max(0, now - since) : 0;
      credit = earned >= full - credit ? full : credit + earned;
      since = now;
      used = true;
      return credit >= price;
    }

    void take() {
      credit -= price;
    }
  }
}
