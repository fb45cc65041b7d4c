package io.peerbus.swarm;

import io.peerbus.machine.Machine;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The peer store's record of one peer, within the limits for one peer, with an estimate of its size.
 *
 * <p>Not thread safe, owned by its store. Every operation is linear in this peer's addresses at the most.
 */
final class PeerEntry {

  private record Known(Lifetime lifetime, long expires) {}

  /** Estimates of what the objects cost beside the bytes in them, measured with some room on a 64-bit JVM. */
  private static final int COST_OF_PEER = 512;
  private static final int COST_OF_ADDRESS = 320;
  private static final int COST_PER_ADDRESS_BYTE = 6;
  private static final int COST_OF_TEXT = 64;
  private static final int REFRESHED_IN_A_LIFE = 3;

  private final PeerId peer;
  private final PeerStoreOptions options;
  /** The eldest first. */
  private final LinkedHashMap<Multiaddr, Known> addresses = new LinkedHashMap<>();
  private List<String> protocols = List.of();
  private String agentVersion = "";
  private String protocolVersion = "";
  private SignedRecord record;
  private boolean connected;
  private int permanent;
  private int bytes = COST_OF_PEER;
  private int counted;
  private long storedAt;

  PeerEntry(PeerId peer, PeerStoreOptions options) {
    this.peer = peer;
    this.options = options;
  }

  PeerId peer() {
    return peer;
  }

  /** By how much the estimated size in memory changed since it was last counted. */
  int recount() {
    int change = bytes - counted;
    counted = bytes;
    return change;
  }

  /** The size it was counted with; from now on it counts as nothing. */
  int uncount() {
    int size = counted;
    counted = 0;
    return size;
  }

  boolean isConnected() {
    return connected;
  }

  /** Whether nothing a remote does may push this entry out. */
  boolean isProtected() {
    return connected || permanent > 0;
  }

  /** Whether there is nothing left that is worth keeping the entry for. */
  boolean isEmpty() {
    return addresses.isEmpty() && !connected;
  }

  void add(long now, Multiaddr address, Lifetime lifetime) {
    Known before = addresses.get(address);
    if (before == null) {
      if (makeRoom(address, lifetime)) {
        put(address, new Known(lifetime, expiry(now, lifetime)));
      }
    } else if (lifetime != Lifetime.HINT || before.lifetime == Lifetime.HINT) {
      // Hearsay does not keep alive what the peer itself told.
      Lifetime better = lifetime.compareTo(before.lifetime) > 0 ? lifetime : before.lifetime;
      remove(address, before);
      put(address, new Known(better, Math.max(before.expires, expiry(now, lifetime))));
    }
  }

  void remove(Multiaddr address) {
    Known known = addresses.get(address);
    if (known != null && known.lifetime != Lifetime.BOOTSTRAP) {
      remove(address, known);
    }
  }

  /** The newest record, or {@code null}. */
  SignedRecord record() {
    return record;
  }

  boolean serves(String protocol) {
    return protocols.contains(protocol);
  }

  /** Keeps a record, if it is newer; answers false for one that is older. */
  boolean takeRecord(SignedRecord told) {
    if (told == null) {
      return true;
    }
    int order = record == null ? 1 : Long.compareUnsigned(told.seq(), record.seq());
    int before = record == null ? 0 : record.envelope().length;
    if (order > 0 && bytes - before + told.envelope().length <= options.getMaxBytesPerPeer()) {
      bytes += told.envelope().length - before;
      record = told;
    }
    return order >= 0;
  }

  /**
   * The peer told anew what it is: this replaces what it told before, but no address known in a better way.
   *
   * @param told its addresses, or {@code null} for those that it told before
   */
  void identified(long now, List<Multiaddr> told, List<String> protocols, String agent, String version) {
    if (told != null) {
      forgetTold();
    }
    describe(agent, version);
    if (told != null) {
      told.forEach(address -> add(now, address, Lifetime.IDENTIFIED));
    }
    this.protocols = fitting(protocols);
  }

  private void forgetTold() {
    for (Map.Entry<Multiaddr, Known> entry : List.copyOf(addresses.entrySet())) {
      if (entry.getValue().lifetime == Lifetime.IDENTIFIED) {
        remove(entry.getKey(), entry.getValue());
      }
    }
  }

  private void describe(String agent, String version) {
    bytes -= cost(agentVersion) + cost(protocolVersion);
    protocols.forEach(protocol -> bytes -= cost(protocol));
    agentVersion = cut(agent);
    protocolVersion = cut(version);
    bytes += cost(agentVersion) + cost(protocolVersion);
    protocols = List.of();
  }

  void onUp() {
    connected = true;
  }

  void onDown(long now) {
    connected = false;
    long until = now + options.getConnectedLifetime().toNanos();
    addresses.replaceAll((address, known) -> known.lifetime == Lifetime.HINT ? known
        : new Known(known.lifetime, Math.max(known.expires, until)));
  }

  void expire(long now) {
    for (Map.Entry<Multiaddr, Known> entry : List.copyOf(addresses.entrySet())) {
      if (isExpired(now, entry.getValue())) {
        remove(entry.getKey(), entry.getValue());
      }
    }
  }

  /** The most trusted kind of address that there is, or {@code null}. */
  Lifetime best(long now) {
    Lifetime best = null;
    for (Known known : addresses.values()) {
      if (!isExpired(now, known) && (best == null || known.lifetime.compareTo(best) > 0)) {
        best = known.lifetime;
      }
    }
    return best;
  }

  /**
   * What is worth keeping, or {@code null}. A connection is taken to end now, as it does with the process. An address
   * of the configuration counts only as far as it has worked: the next one may not have it any more.
   */
  StoredPeer toStored(long now) {
    storedAt = now;
    long whole = options.getConnectedLifetime().toNanos();
    List<StoredPeer.Address> kept = new ArrayList<>();
    addresses.forEach((address, known) -> {
      boolean configured = known.lifetime == Lifetime.BOOTSTRAP;
      boolean fresh = connected && known.lifetime != Lifetime.HINT;
      if (fresh || !configured && !isExpired(now, known)) {
        long life = configured ? whole : fresh ? Math.max(whole, known.expires - now) : known.expires - now;
        kept.add(new StoredPeer.Address(address, configured ? Lifetime.CONNECTED : known.lifetime, life));
      }
    });
    return kept.isEmpty() ? null : new StoredPeer(kept, protocols, agentVersion, protocolVersion,
        record == null ? new byte[0] : record.envelope(), record == null ? 0 : record.seq());
  }

  /** Whether what was kept of a connected peer would seem old after a crash: its lives go on while it is connected. */
  boolean isStoredLongAgo(long now) {
    return connected && now - storedAt >= options.getConnectedLifetime().toNanos() / REFRESHED_IN_A_LIFE;
  }

  /** @param usable those of its addresses that may be kept, in their order */
  void restore(long now, StoredPeer stored, List<Multiaddr> usable) {
    describe(stored.agentVersion(), stored.protocolVersion());
    if (stored.record().length > 0) {
      takeRecord(new SignedRecord(stored.recordSeq(), stored.record()));
    }
    for (StoredPeer.Address kept : stored.addresses()) {
      Lifetime lifetime = kept.lifetime() == Lifetime.BOOTSTRAP ? Lifetime.CONNECTED : kept.lifetime();
      Multiaddr address = kept.address().withoutPeerId();
      boolean fresh = kept.lifeNanos() > 0 && usable.contains(address) && !addresses.containsKey(address);
      if (fresh && makeRoom(address, lifetime)) {
        // No longer than an address of this kind may live: the file is only as true as the disk.
        long life = Math.min(expiry(now, lifetime) - now, kept.lifeNanos());
        put(address, new Known(lifetime, now + life));
      }
    }
    protocols = fitting(stored.protocols());
  }

  KnownPeer toKnown(long now) {
    return new KnownPeer(peer, connected, addresses(now), protocols, agentVersion, protocolVersion);
  }

  /** Those not expired, the most trusted first, of these the newest first. */
  List<Multiaddr> addresses(long now) {
    List<Map.Entry<Multiaddr, Known>> live = new ArrayList<>(addresses.size());
    for (Map.Entry<Multiaddr, Known> entry : addresses.entrySet()) {
      if (!isExpired(now, entry.getValue())) {
        live.add(0, entry);
      }
    }
    live.sort((a, b) -> b.getValue().lifetime.compareTo(a.getValue().lifetime));
    List<Multiaddr> sorted = new ArrayList<>(live.size());
    live.forEach(entry -> sorted.add(entry.getKey()));
    return sorted;
  }

  /** Those not expired that nobody told. */
  List<Multiaddr> proven(long now) {
    List<Multiaddr> proven = new ArrayList<>();
    addresses.forEach((address, known) -> {
      if (known.lifetime.compareTo(Lifetime.CONNECTED) >= 0 && !isExpired(now, known)) {
        proven.add(address);
      }
    });
    return proven;
  }

  private boolean isExpired(long now, Known known) {
    boolean keptByConnection = connected && known.lifetime != Lifetime.HINT;
    return known.expires <= now && !keptByConnection;
  }

  /** Whether there is room for one more address, after the eldest of the least trusted ones went if it must. */
  private boolean makeRoom(Multiaddr address, Lifetime lifetime) {
    int cost = cost(address);
    while (addresses.size() >= options.getMaxAddressesPerPeer() || bytes + cost > options.getMaxBytesPerPeer()) {
      Map.Entry<Multiaddr, Known> victim = leastTrusted();
      if (victim == null || victim.getValue().lifetime.compareTo(lifetime) > 0
          || victim.getValue().lifetime == Lifetime.BOOTSTRAP) {
        return false;
      }
      remove(victim.getKey(), victim.getValue());
    }
    return true;
  }

  private Map.Entry<Multiaddr, Known> leastTrusted() {
    Map.Entry<Multiaddr, Known> least = null;
    for (Map.Entry<Multiaddr, Known> entry : addresses.entrySet()) {
      if (least == null || entry.getValue().lifetime.compareTo(least.getValue().lifetime) < 0) {
        least = entry;
      }
    }
    return least;
  }

  private void put(Multiaddr address, Known known) {
    addresses.put(address, known);
    bytes += cost(address);
    permanent += known.lifetime == Lifetime.BOOTSTRAP ? 1 : 0;
  }

  private void remove(Multiaddr address, Known known) {
    addresses.remove(address);
    bytes -= cost(address);
    permanent -= known.lifetime == Lifetime.BOOTSTRAP ? 1 : 0;
  }

  private List<String> fitting(List<String> told) {
    List<String> kept = new ArrayList<>();
    for (String protocol : told) {
      boolean fits = protocol.length() <= options.getMaxTextLength()
          && bytes + cost(protocol) <= options.getMaxBytesPerPeer();
      if (fits && kept.size() < options.getMaxProtocolsPerPeer()) {
        kept.add(protocol);
        bytes += cost(protocol);
      }
    }
    return List.copyOf(kept);
  }

  private String cut(String text) {
    return text.length() <= options.getMaxTextLength() ? text : text.substring(0, options.getMaxTextLength());
  }

  private long expiry(long now, Lifetime lifetime) {
    return switch (lifetime) {
      case HINT -> now + options.getHintLifetime().toNanos();
      case IDENTIFIED -> now + options.getIdentifiedLifetime().toNanos();
      case CONNECTED -> now + options.getConnectedLifetime().toNanos();
      case BOOTSTRAP -> Machine.NEVER;
    };
  }

  private static int cost(Multiaddr address) {
    return COST_OF_ADDRESS + COST_PER_ADDRESS_BYTE * address.toBytes().length;
  }

  private static int cost(String text) {
    return COST_OF_TEXT + 2 * text.length();
  }
}
