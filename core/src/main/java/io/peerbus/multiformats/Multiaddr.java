package io.peerbus.multiformats;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A multiaddr: a path of protocols with values. Immutable, any thread; equal as bytes.
 *
 * <p>Every multiaddr that exists is valid and has one binary and one text form, which lead to each other. So
 * {@code /wss}, which means {@code /tls/ws}, becomes that when an address is made, {@code /ipfs} becomes
 * {@code /p2p}, and IPv6 text is that of RFC 5952.
 *
 * <p>Only the bytes are kept; components and text are made when first asked for, because most of the addresses that
 * peers tell are never looked at.
 *
 * <p>Spec: multiformats/multiaddr and its protocols.csv. We differ in that a protocol that is not in {@link Protocol}
 * makes the whole address unreadable, as its length is not known; the caller drops that one address.
 */
public final class Multiaddr {

  /** Without a trailing {@code /p2p}. Peers tell us thousands of addresses: without a bound each could fill memory. */
  public static final int MAX_LENGTH = 1024;
  /**
   * Without a trailing {@code /p2p}. An address of a thousand two-byte components would cost a hundred times its
   * size once taken apart. The longest in use, a relayed webtransport address, has a dozen.
   */
  public static final int MAX_COMPONENTS = 20;
  /** Percent-encoding triples a value; no address within the other two bounds has a longer text. */
  public static final int MAX_TEXT = 4096;

  /** The longest {@code /p2p}: code, length and value. */
  static final int PEER_SUFFIX = 3 + PeerId.MAX_LENGTH;

  /** One step; value is its text form, {@code null} where the protocol has none. */
  public record Component(Protocol protocol, String value) {
    @Override
    public String toString() {
      // A path begins with the slash that separates it from its name.
      return value == null ? protocol.text() : protocol.text() + (protocol.isPath() ? "" : "/") + value;
    }
  }

  /** A host and a TCP port, not looked up. The host of an IPv6 address may end in {@code %zone}. */
  public record HostPort(Protocol family, String host, int port) {
  }

  /** The known protocols. Their names in text are theirs in lower case with dashes. */
  public enum Protocol {
    IP4(4, AddressValue.IP4),
    TCP(6, AddressValue.PORT),
    IP6(41, AddressValue.IP6),
    IP6ZONE(42, AddressValue.NAME),
    DNS(53, AddressValue.NAME),
    DNS4(54, AddressValue.NAME),
    DNS6(55, AddressValue.NAME),
    DNSADDR(56, AddressValue.NAME),
    UDP(273, AddressValue.PORT),
    P2P_WEBRTC_DIRECT(276, AddressValue.NONE),
    WEBRTC_DIRECT(280, AddressValue.NONE),
    WEBRTC(281, AddressValue.NONE),
    P2P_CIRCUIT(290, AddressValue.NONE),
    UNIX(400, AddressValue.PATH),
    P2P(421, AddressValue.PEER),
    ONION3(445, AddressValue.ONION3),
    TLS(448, AddressValue.NONE),
    SNI(449, AddressValue.NAME),
    NOISE(454, AddressValue.NONE),
    QUIC(460, AddressValue.NONE),
    QUIC_V1(461, AddressValue.NONE),
    WEBTRANSPORT(465, AddressValue.NONE),
    CERTHASH(466, AddressValue.CERTHASH),
    WS(477, AddressValue.NONE),
    /** Only on input, where it becomes {@link #TLS} and {@link #WS}. */
    WSS(478, AddressValue.NONE),
    HTTP(480, AddressValue.NONE),
    HTTP_PATH(481, AddressValue.HTTP_PATH),
    MEMORY(777, AddressValue.NUMBER);

    private static final Protocol[] ALL = values();
    /** Every address that a peer tells is looked up here, component by component. */
    private static final Protocol[] BY_CODE = new Protocol[MEMORY.code + 1];

    static {
      for (Protocol protocol : ALL) {
        BY_CODE[protocol.code] = protocol;
      }
    }

    private final int code;
    private final String text;
    private final AddressValue value;

    Protocol(int code, AddressValue value) {
      this.code = code;
      this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
      this.value = value;
    }

    /** The code in the multicodec table. */
    public int code() {
      return code;
    }

    /** The name in text. */
    public String text() {
      return text;
    }

    AddressValue value() {
      return value;
    }

    boolean isPath() {
      return value == AddressValue.PATH;
    }

    /** {@code null} when the code is unknown. */
    static Protocol of(long code) {
      return code >= 0 && code < BY_CODE.length ? BY_CODE[(int) code] : null;
    }

    /** The protocol whose name stands in {@code path} from {@code start} to {@code end}. */
    static Protocol of(String path, int start, int end) throws FormatException {
      for (Protocol protocol : ALL) {
        if (protocol.text.length() == end - start && path.startsWith(protocol.text, start)) {
          return protocol;
        }
      }
      String name = path.substring(start, end);
      if (name.equals("ipfs")) { // what /p2p was called at first
        return P2P;
      }
      throw new FormatException("unknown protocol " + Printable.quote(name));
    }
  }

  private final byte[] bytes;
  /** Both made when first asked for; a race makes them twice, to the same. */
  private List<Component> components;
  private String text;

  /** Of bytes that {@link MultiaddrBytes#read} answered, which become its own. */
  Multiaddr(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * From text such as {@code /ip4/127.0.0.1/tcp/4001}; one slash at the end is allowed.
   *
   * @throws FormatException when it is none, naming the protocol and what is wrong with its value
   */
  public static Multiaddr parse(String text) throws FormatException {
    try {
      if (text.length() > MAX_TEXT) {
        throw new FormatException(text.length() + " characters, at most " + MAX_TEXT + " are allowed");
      }
      return checked(MultiaddrBytes.ofText(text));
    } catch (FormatException e) {
      throw new FormatException("multiaddr " + Printable.quote(text) + ": " + e.getMessage());
    }
  }

  /**
   * From the binary form, which is copied.
   *
   * @throws FormatException when it is none; an unknown code is named
   */
  public static Multiaddr of(byte[] bytes) throws FormatException {
    try {
      return checked(bytes);
    } catch (FormatException e) {
      throw new FormatException("multiaddr: " + e.getMessage());
    }
  }

  private static Multiaddr checked(byte[] unchecked) throws FormatException {
    MultiaddrBytes reader = new MultiaddrBytes();
    byte[] bytes = reader.read(unchecked, 0, unchecked.length);
    if (bytes == null) {
      throw new FormatException(reader.fault());
    }
    return new Multiaddr(bytes);
  }

  /**
   * {@code /ip4}, {@code /ip6} or {@code /dns}, as the host is, and {@code /tcp}.
   *
   * @param host an IPv4 address, an IPv6 address with or without {@code %zone}, or a name
   * @throws IllegalArgumentException when the host is none of these, or the port not 0 to 65535
   */
  public static Multiaddr tcp(String host, int port) {
    int zone = host.indexOf('%');
    String prefix;
    if (host.indexOf(':') < 0) {
      prefix = (Ip.parse4(host) == null ? "/dns/" : "/ip4/") + host;
    } else {
      prefix = zone < 0 ? "/ip6/" + host : "/ip6zone/" + host.substring(zone + 1) + "/ip6/" + host.substring(0, zone);
    }
    try {
      return parse(prefix + "/tcp/" + port);
    } catch (FormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A copy of the binary form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The steps in order; at least one. */
  public List<Component> components() {
    List<Component> cached = components;
    if (cached == null) {
      cached = MultiaddrBytes.components(bytes);
      components = cached;
    }
    return cached;
  }

  /** The value of the first component with this protocol. */
  public Optional<String> value(Protocol protocol) {
    for (Component component : components()) {
      if (component.protocol() == protocol) {
        return Optional.ofNullable(component.value());
      }
    }
    return Optional.empty();
  }

  public boolean has(Protocol protocol) {
    for (Component component : components()) {
      if (component.protocol() == protocol) {
        return true;
      }
    }
    return false;
  }

  /** The last {@code /p2p} component's id: behind a relay, the peer and not the relay, if the peer is named. */
  public Optional<PeerId> peerId() {
    byte[] peer = MultiaddrBytes.lastPeer(bytes);
    try {
      return peer == null ? Optional.empty() : Optional.of(PeerId.of(peer));
    } catch (FormatException e) {
      throw new IllegalStateException(e); // checked when this was made
    }
  }

  /** With this id at the end, in place of one that is there. */
  public Multiaddr withPeerId(PeerId id) {
    byte[] body = bodyLength() == 0 ? new byte[0] : withoutPeerId().bytes;
    byte[] multihash = id.toBytes();
    ByteBuffer out = ByteBuffer.allocate(body.length + PEER_SUFFIX);
    out.put(body);
    Varint.write(Protocol.P2P.code(), out);
    Varint.write(multihash.length, out);
    out.put(multihash);
    return new Multiaddr(Arrays.copyOf(out.array(), out.position()));
  }

  /** Without a trailing {@code /p2p} component; itself when there is none, or nothing else. */
  public Multiaddr withoutPeerId() {
    int length = bodyLength();
    return length == 0 || length == bytes.length ? this : new Multiaddr(Arrays.copyOf(bytes, length));
  }

  /**
   * Where a TCP connection goes: for an IP or DNS host and a TCP port with at most a {@code /p2p} behind. With a
   * WebSocket it is a {@link TransportAddress}.
   */
  public Optional<HostPort> hostPort() {
    return TransportAddress.of(this)
        .filter(transport -> transport.kind() == TransportAddress.Kind.TCP).map(TransportAddress::to);
  }

  /** The IP address that it begins with, 4 or 16 bytes; an IPv4-mapped one as IPv4. Empty for names and the rest. */
  public Optional<byte[]> ip() {
    return Optional.ofNullable(MultiaddrBytes.ip(bytes));
  }

  /** Whether it begins with a loopback IP address or a name that RFC 6761 ties to one. */
  public boolean isLoopback() {
    byte[] ip = MultiaddrBytes.ip(bytes);
    return ip != null ? Ip.isLoopback(ip) : isLocalhost();
  }

  /** Whether it begins with an IP address of a private, shared or link-local range. */
  public boolean isPrivate() {
    byte[] ip = MultiaddrBytes.ip(bytes);
    return ip != null && Ip.isPrivate(ip);
  }

  /** Whether it begins with 0.0.0.0 or ::, which must be expanded before they are told to anyone. */
  public boolean isUnspecified() {
    byte[] ip = MultiaddrBytes.ip(bytes);
    return ip != null && Ip.isUnspecified(ip);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form. */
  @Override
  public String toString() {
    String cached = text;
    if (cached == null) {
      StringBuilder out = new StringBuilder(2 * bytes.length);
      for (Component component : components()) {
        out.append('/').append(component);
      }
      cached = out.toString();
      text = cached;
    }
    return cached;
  }

  private boolean isLocalhost() {
    Component first = components().get(0);
    return switch (first.protocol()) {
      case DNS, DNS4, DNS6 -> first.value().equalsIgnoreCase("localhost");
      default -> false;
    };
  }

  private int bodyLength() {
    return MultiaddrBytes.bodyLength(bytes);
  }
}
