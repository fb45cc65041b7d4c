package io.peerbus.identify;

import io.peerbus.multiformats.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many pushes are listened to: a token bucket for each peer and one for all (SEC-27, go-libp2p #3266).
 *
 * <p>A peer's bucket outlives its connection, or reconnecting would fill it. Not thread safe, owned by its machine.
 */
final class PushLimiter {

  /** Buckets kept. Beyond this the one that was not asked for the longest is forgotten; the bucket for all remains. */
  static final int MAX_BUCKETS = 4096;

  private final IdentifyOptions options;
  private final Bucket all;
  private final Map<PeerId, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  PushLimiter(IdentifyOptions options) {
    this.options = options;
    this.all = new Bucket(options.getPushBurstOfAll(), options.getPushIntervalOfAll());
  }

  /** Whether a push of this peer may be read now; takes the tokens if so. */
  boolean admits(long now, PeerId peer) {
    Bucket bucket = buckets.get(peer);
    if (bucket == null) {
      bucket = new Bucket(options.getPushBurst(), options.getPushInterval());
      buckets.put(peer, bucket);
      if (buckets.size() > MAX_BUCKETS) {
        buckets.remove(buckets.keySet().iterator().next());
      }
    }
    if (!bucket.hasOne(now) || !all.hasOne(now)) {
      return false;
    }
    bucket.take();
    all.take();
    return true;
  }

  int buckets() {
    return buckets.size();
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
