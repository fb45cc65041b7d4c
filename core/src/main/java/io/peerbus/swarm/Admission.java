package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Whom a swarm has to do with: not itself, nobody but who was asked for, and none whom the {@link Gater} keeps out.
 * Not thread safe, owned by its swarm.
 */
final class Admission {

  private final PeerId self;
  private final Limits limits;
  private final Queue<Swarm.Action> out;
  private final boolean nearNames;
  private Gater gater = Gater.OPEN;

  Admission(PeerId self, boolean nearNames, Limits limits, Queue<Swarm.Action> out) {
    this.self = self;
    this.nearNames = nearNames;
    this.limits = limits;
    this.out = out;
  }

  void setGater(Gater next) {
    gater = next;
  }

  /** Why a socket that was accepted is to be closed; {@code null} when it may stay, and has taken a slot. */
  String refusal(long now, String ip) {
    Multiaddr address = IpGroup.address(ip);
    String denied = gater.refusal(address);
    return denied == null ? limits.admit(now, address, gater.allows(address)) : denied;
  }

  /** Why a connection that was made is not kept, or {@code null}. */
  String unwelcome(DialSet.Attempt attemptOrNull, ConnectionInfo connection) {
    String wrong = wrongPeer(attemptOrNull, connection.peer());
    if (wrong != null) {
      return wrong;
    }
    String denied = gater.refusal(connection);
    if (denied != null) {
      out.add(new Swarm.Action.Refused(denied));
    }
    return denied;
  }

  /** Who is wanted, at what addresses without {@code /p2p}, and what is wrong with that, or {@code null}. */
  record Wish(PeerId peerOrNull, List<Multiaddr> addresses, String mistake) {}

  /** A wish for a connection, as somebody has put it: the peer may be named by the addresses alone. */
  Wish read(PeerId peerOrNull, List<Multiaddr> addresses) {
    PeerId peer = peerOrNull;
    List<Multiaddr> bare = new ArrayList<>(addresses.size());
    for (Multiaddr address : addresses) {
      PeerId named = DialAddress.destination(address);
      peer = peer == null ? named : peer;
      if (named != null && !named.equals(peer)) {
        return new Wish(peer, bare, address + " is not an address of " + peer);
      }
      if (!DialAddress.isOnlyPeer(address)) {
        bare.add(address.withoutPeerId());
      }
    }
    return new Wish(peer, bare, mistake(peer, bare));
  }

  private String mistake(PeerId peerOrNull, List<Multiaddr> addresses) {
    if (peerOrNull == null) {
      return addresses.isEmpty() ? "neither a peer nor an address to connect to" : null;
    }
    return peerOrNull.equals(self) ? "cannot dial ourselves: " + self + " is this node's own id" : null;
  }

  /**
   * Takes out the addresses that are not to be dialled.
   *
   * @return the rule that forbids the peer, or all that there were; {@code null} when there is something to dial, or
   *     never was
   */
  String sift(PeerId peerOrNull, List<Multiaddr> addresses) {
    String denied = peerOrNull == null ? null : gater.refusal(peerOrNull);
    if (denied != null || addresses.isEmpty()) {
      return denied;
    }
    String first = gater.refusal(addresses.get(0));
    addresses.removeIf(address -> gater.refusal(address) != null);
    return addresses.isEmpty() ? first : null;
  }

  /**
   * Adds the addresses that the store has of a peer, and says how near the names among all may lead. What peers tell
   * of each other is dialled in good faith, and whoever has a name can have it lead anywhere: to a router, a database,
   * whatever else listens in this network or machine and believes who is in it. So that is for names that the owner
   * gave, and those of a peer that was reached as near.
   */
  void gather(long now, Request request, PeerId peerOrNull, List<Multiaddr> addresses, PeerStore store) {
    Set<Multiaddr> named = new HashSet<>(request.own ? addresses : List.of());
    request.named = named;
    if (nearNames) {
      request.nearest = DialAddress.Rank.LOOPBACK;
    }
    if (peerOrNull == null) {
      return;
    }
    addresses.addAll(store.addresses(now, peerOrNull));
    for (Multiaddr address : store.proven(now, peerOrNull)) {
      if (DialAddress.isName(address)) {
        named.add(address); // of our configuration: what a dial proves are IP addresses
      } else if (DialAddress.rank(address).compareTo(request.nearest) < 0) {
        request.nearest = DialAddress.rank(address);
      }
    }
  }

  /**
   * Takes out what a name stands for and is not to be dialled. A rule of the gater that allows an address lets every
   * name lead there.
   *
   * @return why there is nothing left; {@code null} when there is something, or never was
   */
  String siftFound(DialSet.Candidate name, List<Multiaddr> found) {
    List<Multiaddr> near = found.stream().filter(at -> name.isTooNear(at) && !gater.allows(at)).toList();
    if (near.isEmpty()) {
      return sift(null, found);
    }
    String reason = "nearNames: " + name.address + " leads to " + near.get(0) + ", in this machine or its network,"
        + " where a name that a peer told is not followed";
    out.add(new Swarm.Action.Refused(reason));
    found.removeAll(near);
    return found.isEmpty() ? reason : sift(null, found);
  }

  /** Why a peer is not the one it must be, or {@code null}: identity is bound to what was asked for (SEC-15). */
  private String wrongPeer(DialSet.Attempt attempt, PeerId peer) {
    if (peer.equals(self)) {
      return "it leads back to this node itself";
    }
    PeerId expected = attempt == null ? null : attempt.candidate().expected;
    return expected == null || expected.equals(peer) ? null : "another peer answered: " + peer;
  }
}
