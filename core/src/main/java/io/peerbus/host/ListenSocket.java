package io.peerbus.host;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket that a node listens with, and what of its configuration that serves.
 *
 * <p>Mostly these are the same. But Java's IPv6 sockets take IPv4 connections too (it clears {@code IPV6_V6ONLY} and
 * has no option for it), and it binds {@code 0.0.0.0} as {@code ::} where it can. So on one port a wildcard leaves no
 * room for any address of the other family: a second socket would fail as in use. Then one socket of {@code ::} serves
 * them all.
 *
 * @param bind what is bound
 * @param serves the addresses of the configuration that lead to it, at least one
 */
record ListenSocket(Multiaddr bind, List<Multiaddr> serves) {

  private static final Logger LOG = LoggerFactory.getLogger(ListenSocket.class);

  /** Refuses two addresses that cannot be listened on together, with an {@link IllegalArgumentException}. */
  static void check(List<Multiaddr> addresses) {
    for (int i = 0; i < addresses.size(); i++) {
      for (Multiaddr before : addresses.subList(0, i)) {
        if (TransportAddress.collide(before, addresses.get(i))) {
          throw new IllegalArgumentException("listen: " + before + " and " + addresses.get(i) + ": one port of a host is"
              + " listened on once and in one way, so give each a port of its own");
        }
      }
    }
  }

  /** The sockets for these addresses, in their order. */
  static List<ListenSocket> plan(List<Multiaddr> addresses) {
    Map<Port, List<Multiaddr>> byPort = new LinkedHashMap<>();
    addresses.forEach(address -> byPort.computeIfAbsent(port(address), port -> new ArrayList<>()).add(address));
    List<ListenSocket> sockets = new ArrayList<>();
    byPort.forEach((port, same) -> {
      if (port.number != 0 && same.stream().anyMatch(Multiaddr::isUnspecified) && families(same) > 1) {
        ListenSocket shared = new ListenSocket(port.kind.at("::", port.number), List.copyOf(same));
        LOG.info("{} takes IPv4 and IPv6 on port {}, for {}", shared.bind(), port.number, same);
        sockets.add(shared);
      } else {
        same.forEach(address -> sockets.add(new ListenSocket(address, List.of(address))));
      }
    });
    return sockets;
  }

  /** One socket speaks one way to all who come to it. */
  private record Port(int number, TransportAddress.Kind kind) {}

  private static Port port(Multiaddr address) {
    TransportAddress at = TransportAddress.of(address).orElseThrow();
    return new Port(at.to().port(), at.kind());
  }

  private static long families(List<Multiaddr> addresses) {
    return addresses.stream().map(TransportAddress::of).map(at -> at.orElseThrow().to().family()).distinct().count();
  }

  /** What peers can be told once the socket is bound: a free port is known by then. */
  List<Multiaddr> bound(Multiaddr at) {
    return serves.size() == 1 ? List.of(at) : serves;
  }
}
