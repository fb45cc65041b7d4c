package io.peerbus.host;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Turns what we are bound to into what a peer can dial: {@code 0.0.0.0} and {@code ::} become each interface's own. */
final class ListenAddresses {

  private ListenAddresses() {}

  static List<Multiaddr> reachable(List<Multiaddr> bound) {
    Set<Multiaddr> reachable = new LinkedHashSet<>();
    for (Multiaddr address : bound) {
      if (address.isUnspecified()) {
        reachable.addAll(expand(address));
      } else {
        reachable.add(address);
      }
    }
    return List.copyOf(reachable);
  }

  private static List<Multiaddr> expand(Multiaddr wildcard) {
    TransportAddress at = TransportAddress.of(wildcard).orElseThrow();
    boolean v4 = at.to().family() == Multiaddr.Protocol.IP4;
    List<Multiaddr> addresses = new ArrayList<>();
    try {
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          if (network.isUp() && address instanceof Inet4Address == v4 && !address.isLinkLocalAddress()) {
            addresses.add(at.kind().at(withoutZone(address.getHostAddress()), at.to().port()));
          }
        }
      }
    } catch (SocketException e) {
      throw new IllegalStateException("cannot list the network interfaces: " + e.getMessage(), e);
    }
    addresses.sort((a, b) -> Boolean.compare(b.isLoopback(), a.isLoopback()));
    return addresses;
  }

  /** Java names the interface of every IPv6 address; a peer could make nothing of {@code /ip6zone/eth0}. */
  private static String withoutZone(String host) {
    int zone = host.indexOf('%');
    return zone < 0 ? host : host.substring(0, zone);
  }
}
