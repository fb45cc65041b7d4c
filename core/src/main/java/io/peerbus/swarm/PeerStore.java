package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node knows of peers: their addresses, each with a lifetime, and what identify told of them.
 *
 * <p>Memory is bounded, whatever is fed in. Connected peers and those with a {@link Lifetime#BOOTSTRAP} address are
 * protected: no other record pushes them out. Of the rest the one longest unused goes when a limit is reached
 * (CVE-2023-40583: records of invented peers).
 *
 * <p>Not thread safe, owned by the control context of its node. {@code now} is in nanoseconds, as everywhere.
 * Reading and writing one peer costs the same however many there are; expiry is spread over the writes.
 */
public final class PeerStore {

  /**
   * What is new for a copy of this store.
   *
   * @param isAll whether whoever is not named is not known any more
   * @param peers by peer what is to be kept, empty when nothing is
   */
  public record Changed(boolean isAll, Map<PeerId, Optional<StoredPeer>> peers) {}

  /** Records looked at for each new one: twice as many as come in, so that the expired ones cannot pile up. */
  private static final int SWEPT_PER_NEW_PEER = 2;

  private final PeerStoreOptions options;
  /** In the order in which the sweep comes round to them. */
  private final LinkedHashMap<PeerId, PeerEntry> peers = new LinkedHashMap<>();
  /** What counts towards the limits and may be pushed out; the longest unused first. */
  private final LinkedHashMap<PeerId, PeerEntry> unprotected = new LinkedHashMap<>(16, 0.75f, true);
  private final Changes changes;
  private long unprotectedBytes;

  public PeerStore(PeerStoreOptions options) {
    this.options = new PeerStoreOptions(options);
    this.changes = new Changes(2 * this.options.getMaxPeers());
  }

  /**
   * Adds addresses of a peer, or prolongs their lives. Left out are addresses that end in {@code /p2p} of another
   * peer, are too long, or find no room.
   */
  public void add(long now, PeerId peer, List<Multiaddr> addresses, Lifetime lifetime) {
    List<Multiaddr> own = ownAddresses(peer, addresses);
    if (own.isEmpty()) {
      return;
    }
    PeerEntry entry = entry(now, peer);
    for (Multiaddr address : own) {
      entry.add(now, address, lifetime);
    }
    settle(entry);
  }

  /** As {@link #identified(long, PeerId, List, List, String, String, SignedRecord)}, without a signed record. */
  public void identified(long now, PeerId peer, List<Multiaddr> addresses, List<String> protocols,
      String agentVersion, String protocolVersion) {
    identified(now, peer, addresses, protocols, agentVersion, protocolVersion, null);
  }

  /**
   * What a peer told of itself by identify. Its addresses replace those it told before, unless they are of a signed
   * record that is older than the one that is here: then only the rest counts.
   *
   * @param recordOrNull the signed record that the addresses are of, which its signature was found to be right of
   * @param protocols the protocol ids it serves
   * @param agentVersion its software, or empty
   * @param protocolVersion or empty
   */
  public void identified(long now, PeerId peer, List<Multiaddr> addresses, List<String> protocols,
      String agentVersion, String protocolVersion, SignedRecord recordOrNull) {
    PeerEntry entry = entry(now, peer);
    List<Multiaddr> told = entry.takeRecord(recordOrNull) ? ownAddresses(peer, addresses) : null;
    entry.identified(now, told, protocols, agentVersion, protocolVersion);
    settle(entry);
  }

  /** The first connection to the peer is up: from now on it is protected. */
  public void onUp(long now, PeerId peer) {
    PeerEntry entry = entry(now, peer);
    entry.onUp();
    settle(entry);
  }

  /** The last connection to the peer is gone. */
  public void onDown(long now, PeerId peer) {
    PeerEntry entry = peers.get(peer);
    if (entry != null) {
      entry.onDown(now);
      settle(entry);
    }
  }

  /** Forgets an address that turned out to be wrong, unless our own configuration names it. */
  public void remove(PeerId peer, Multiaddr address) {
    PeerEntry entry = peers.get(peer);
    if (entry != null) {
      entry.remove(address.withoutPeerId());
      settle(entry);
    }
  }

  /** The peer's addresses, without {@code /p2p}, the most trusted first; empty when none is known. */
  public List<Multiaddr> addresses(long now, PeerId peer) {
    PeerEntry entry = peers.get(peer);
    if (entry == null) {
      return List.of();
    }
    unprotected.get(peer); // it was of use: this makes it the last to go
    return entry.addresses(now);
  }

  /** Of these the ones that we reached it at, or that our own configuration names. */
  List<Multiaddr> proven(long now, PeerId peer) {
    PeerEntry entry = peers.get(peer);
    return entry == null ? List.of() : entry.proven(now);
  }

  /** All that is known of a peer. */
  public Optional<KnownPeer> get(long now, PeerId peer) {
    PeerEntry entry = peers.get(peer);
    return entry == null ? Optional.empty() : Optional.of(entry.toKnown(now));
  }

  /** The newest signed record of a peer as an envelope, if it told one. */
  public Optional<byte[]> signedRecord(PeerId peer) {
    PeerEntry entry = peers.get(peer);
    return entry == null || entry.record() == null ? Optional.empty() : Optional.of(entry.record().envelope().clone());
  }

  /**
   * Peers that could be dialled, those first whose addresses are trusted most. Linear in the number of all.
   *
   * @param least how well an address must be known
   * @param protocol one that they serve, as they told, or empty for any
   */
  public List<KnownPeer> reachable(long now, Lifetime least, String protocol, int max) {
    List<PeerEntry> fit = new ArrayList<>();
    for (PeerEntry entry : peers.values()) {
      Lifetime best = entry.best(now);
      if (best != null && best.compareTo(least) >= 0 && (protocol.isEmpty() || entry.serves(protocol))) {
        fit.add(entry);
      }
    }
    fit.sort((a, b) -> b.best(now).compareTo(a.best(now)));
    List<KnownPeer> known = new ArrayList<>();
    fit.subList(0, Math.min(max, fit.size())).forEach(entry -> known.add(entry.toKnown(now)));
    return known;
  }

  /** From now on it is remembered who has changed. */
  public void track() {
    changes.track();
  }

  /** Whether anything changed since {@link #takeChanges}. */
  public boolean isChanged() {
    return !changes.isEmpty();
  }

  /** What changed since the last time, or since {@link #track}. */
  public Changed takeChanges(long now) {
    return changes.take(peers.keySet(), peer -> {
      PeerEntry entry = peers.get(peer);
      return entry == null ? null : entry.toStored(now);
    });
  }

  /** What was kept of a peer over a restart. The limits and the lifetimes of today apply; nothing of it is a change. */
  public void restore(long now, PeerId peer, StoredPeer stored) {
    PeerEntry entry = entry(now, peer);
    List<Multiaddr> addresses = stored.addresses().stream().map(StoredPeer.Address::address).toList();
    entry.restore(now, stored, ownAddresses(peer, addresses));
    count(entry);
  }

  /** Everyone of whom anything is known, in no particular order. Linear in their number. */
  public List<PeerId> peers() {
    return new ArrayList<>(peers.keySet());
  }

  /** Peers of whom something is known, with the protected ones. */
  public int size() {
    return peers.size();
  }

  /** Estimated bytes held for the peers that are not protected. */
  public long bytes() {
    return unprotectedBytes;
  }

  /**
   * Drops what has expired from the next {@code max} peers in turn, so that a quiet store empties too.
   *
   * @return how many were looked at
   */
  public int sweep(long now, int max) {
    int count = Math.min(max, peers.size());
    for (int i = 0; i < count; i++) {
      Iterator<Map.Entry<PeerId, PeerEntry>> eldest = peers.entrySet().iterator();
      PeerEntry entry = eldest.next().getValue();
      eldest.remove();
      peers.put(entry.peer(), entry);
      entry.expire(now);
      if (entry.isStoredLongAgo(now)) {
        changes.add(entry.peer());
      }
      if (entry.isEmpty()) {
        forget(entry);
      } else if (!entry.isProtected()) {
        unprotectedBytes += entry.recount(); // in place: being swept is not being used
      }
    }
    return count;
  }

  private PeerEntry entry(long now, PeerId peer) {
    PeerEntry entry = peers.get(peer);
    if (entry == null) {
      sweep(now, SWEPT_PER_NEW_PEER);
      entry = new PeerEntry(peer, options);
      peers.put(peer, entry);
    }
    return entry;
  }

  /** After any change of an entry: counts it anew, as the last one used, and keeps the limits. */
  private void settle(PeerEntry entry) {
    changes.add(entry.peer());
    count(entry);
  }

  private void count(PeerEntry entry) {
    uncount(entry);
    if (entry.isEmpty()) {
      peers.remove(entry.peer());
    } else if (!entry.isProtected()) {
      unprotected.put(entry.peer(), entry);
      unprotectedBytes += entry.recount();
    }
    while (unprotected.size() > options.getMaxPeers() || unprotectedBytes > options.getMaxBytes()) {
      forget(unprotected.values().iterator().next());
    }
  }

  private void forget(PeerEntry entry) {
    changes.add(entry.peer());
    uncount(entry);
    peers.remove(entry.peer());
  }

  private void uncount(PeerEntry entry) {
    if (unprotected.remove(entry.peer()) != null) {
      unprotectedBytes -= entry.uncount();
    }
  }

  private List<Multiaddr> ownAddresses(PeerId peer, List<Multiaddr> addresses) {
    List<Multiaddr> own = new ArrayList<>(Math.min(addresses.size(), options.getMaxAddressesPerPeer()));
    for (Multiaddr address : addresses) {
      PeerId destination = DialAddress.destination(address);
      Multiaddr bare = address.withoutPeerId();
      boolean ofAnother = destination != null && !destination.equals(peer);
      boolean usable = bare.toBytes().length <= options.getMaxAddressLength() && !DialAddress.isOnlyPeer(bare);
      if (!ofAnother && usable) {
        own.add(bare);
      }
      if (own.size() == options.getMaxAddressesPerPeer()) {
        break; // more would only push each other out
      }
    }
    return own;
  }
}
