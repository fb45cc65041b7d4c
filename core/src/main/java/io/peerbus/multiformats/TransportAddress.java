package io.peerbus.multiformats;

import io.peerbus.multiformats.Multiaddr.Component;
import io.peerbus.multiformats.Multiaddr.HostPort;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.util.List;
import java.util.Optional;

/**
 * Where a raw connection goes: a host and a TCP port, and what carries the bytes from there on. Immutable, any thread.
 *
 * <p>Spec: multiformats/multiaddr, {@code /ws}, {@code /tls/ws} and {@code /tls/sni/<name>/ws}. We differ in that a
 * WebSocket needs a {@code /tcp} port and has no {@code /http-path}.
 *
 * @param to not looked up
 * @param sniOrNull what the address says of the name in the certificate
 */
public record TransportAddress(HostPort to, Kind kind, String sniOrNull) {

  /** What is between TCP and the connection. */
  public enum Kind {
    TCP(""), WS("/ws"), TLS_WS("/tls/ws");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }

    /**
     * Such an address; without {@code /sni} and {@code /p2p}.
     *
     * @throws IllegalArgumentException as {@link Multiaddr#tcp} does
     */
    public Multiaddr at(String host, int port) {
      Multiaddr tcp = Multiaddr.tcp(host, port);
      try {
        return this == TCP ? tcp : Multiaddr.parse(tcp + suffix);
      } catch (FormatException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  /** For an IP or DNS host and a TCP port, with a {@link Kind} and at most one {@code /p2p} behind; else empty. */
  public static Optional<TransportAddress> of(Multiaddr address) {
    List<Component> all = address.components();
    int host = all.get(0).protocol() == Protocol.IP6ZONE ? 1 : 0;
    int end = all.get(all.size() - 1).protocol() == Protocol.P2P ? all.size() - 1 : all.size();
    if (host + 2 > end || all.get(host + 1).protocol() != Protocol.TCP || !isHost(all.get(host).protocol(), host)) {
      return Optional.empty();
    }
    List<Component> rest = all.subList(host + 2, end);
    Kind kind = kind(rest);
    String name = host == 0 ? all.get(0).value() : all.get(1).value() + "%" + all.get(0).value();
    HostPort to = new HostPort(all.get(host).protocol(), name, Integer.parseInt(all.get(host + 1).value()));
    return kind == null ? Optional.empty()
        : Optional.of(new TransportAddress(to, kind, rest.size() == 3 ? rest.get(1).value() : null));
  }

  /**
   * Whether one of two addresses cannot be listened on while the other is: the same port, and the same host or one of
   * them all hosts. Java's sockets of all hosts take both families, and one socket speaks one way; so on one port two
   * of all hosts, one of each family, are one socket if both are of one kind. Port 0 is a free one, and false what is
   * no transport address.
   */
  public static boolean collide(Multiaddr first, Multiaddr second) {
    Optional<TransportAddress> one = of(first);
    Optional<TransportAddress> other = of(second);
    if (one.isEmpty() || other.isEmpty() || one.get().to.port() == 0 || one.get().to.port() != other.get().to.port()) {
      return false;
    }
    HostPort a = one.get().to;
    HostPort b = other.get().to;
    boolean all = first.isUnspecified() || second.isUnspecified();
    return a.host().equals(b.host()) || all && (a.family() == b.family() || one.get().kind != other.get().kind);
  }

  private static boolean isHost(Protocol protocol, int behindZone) {
    return switch (protocol) {
      case IP4, DNS, DNS4, DNS6 -> behindZone == 0;
      case IP6 -> true;
      default -> false;
    };
  }

  private static Kind kind(List<Component> rest) {
    boolean named = rest.size() == 3 && rest.get(1).protocol() == Protocol.SNI;
    if (rest.isEmpty()) {
      return Kind.TCP;
    }
    if (rest.get(rest.size() - 1).protocol() != Protocol.WS || rest.size() == 3 && !named || rest.size() > 3) {
      return null;
    }
    return rest.size() == 1 ? Kind.WS : rest.get(0).protocol() == Protocol.TLS ? Kind.TLS_WS : null;
  }

  /**
   * Who the other side has to be by its certificate, and who it is asked for: {@code /sni}, or else the host without
   * a zone. So whoever puts an IP address in the place of a name keeps the name as {@code /sni}.
   */
  public String serverName() {
    int zone = to.host().indexOf('%');
    return sniOrNull != null ? sniOrNull : zone < 0 ? to.host() : to.host().substring(0, zone);
  }
}
