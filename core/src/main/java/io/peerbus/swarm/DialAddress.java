package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Multiaddr.Component;
import io.peerbus.multiformats.Multiaddr.HostPort;
import io.peerbus.multiformats.Multiaddr.Protocol;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multiformats.TransportAddress;
import io.peerbus.multiformats.Varint;
import java.util.List;
import java.util.Optional;

/** What an address means to the dialer: whose it is, whether we can dial it, and how soon. */
final class DialAddress {

  /** Ranges in the order in which they are tried: the near ones answer, or refuse, soonest; a relay is the last way. */
  enum Rank {
    LOOPBACK, PRIVATE, PUBLIC, RELAY;

    boolean isNear() {
      return compareTo(PUBLIC) < 0;
    }
  }

  private static final String NO_NAMES = "DNS names are not supported";
  private static final byte[] P2P = Varint.encode(Protocol.P2P.code());

  private DialAddress() {}

  /**
   * The peer an address ends at, or {@code null} when it names none. A {@code /p2p} before {@code /p2p-circuit} is
   * the relay's and does not count.
   */
  static PeerId destination(Multiaddr address) {
    boolean endsInPeer = !address.withoutPeerId().equals(address);
    return endsInPeer || isOnlyPeer(address) ? address.peerId().orElse(null) : null;
  }

  /** Whether it is just {@code /p2p/<id>}, which says whom to reach and not where. */
  static boolean isOnlyPeer(Multiaddr address) {
    byte[] bytes = address.toBytes();
    // Looked at before the components, which stay in memory once they are made, for each address of a flood.
    boolean beginsWithPeer = bytes.length > 1 && bytes[0] == P2P[0] && bytes[1] == P2P[1];
    return beginsWithPeer && address.components().size() == 1;
  }

  /** Why this node cannot dial the address, or {@code null} when it can. */
  static String refusal(Multiaddr address, boolean dns) {
    Optional<HostPort> target = TransportAddress.of(address).map(TransportAddress::to);
    if (target.isEmpty()) {
      return unsupported(address, dns);
    }
    if (target.get().port() == 0) {
      return "port 0 cannot be dialled";
    }
    if (address.isUnspecified()) {
      return target.get().host() + " is no destination";
    }
    return isName(address) && !dns ? NO_NAMES : null;
  }

  /** Whether it begins with a name, which is to be looked up before anything can be dialled. */
  static boolean isName(Multiaddr address) {
    return switch (address.components().get(0).protocol()) {
      case DNS, DNS4, DNS6, DNSADDR -> true;
      default -> false;
    };
  }

  static Rank rank(Multiaddr address) {
    if (address.has(Protocol.P2P_CIRCUIT)) {
      return Rank.RELAY;
    }
    if (address.isLoopback()) {
      return Rank.LOOPBACK;
    }
    return address.isPrivate() ? Rank.PRIVATE : Rank.PUBLIC;
  }

  private static String unsupported(Multiaddr address, boolean dns) {
    for (Component component : address.components()) {
      String reason = switch (component.protocol()) {
        case P2P_CIRCUIT -> "relayed connections are not supported";
        case DNSADDR -> dns ? null : NO_NAMES;
        case WEBTRANSPORT -> "WebTransport is not supported";
        case WEBRTC, WEBRTC_DIRECT, P2P_WEBRTC_DIRECT -> "WebRTC is not supported";
        case ONION3, UNIX, MEMORY, HTTP, HTTP_PATH -> component.protocol().text() + " is not supported";
        default -> null;
      };
      if (reason != null) {
        return reason;
      }
    }
    if (address.components().get(0).protocol() == Protocol.DNSADDR) {
      return null; // what it stands for is told by its records
    }
    if (address.has(Protocol.QUIC_V1) || address.has(Protocol.QUIC)) {
      return "QUIC is not supported";
    }
    return address.has(Protocol.UDP) ? "UDP is not supported" : "it is no TCP or WebSocket address";
  }
}
