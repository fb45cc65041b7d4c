package io.peerbus.multiformats;

import java.util.List;
import java.util.Optional;

/** A multiaddr: a path of protocols with values. Immutable. */
public final class Multiaddr {
  /** One step; value is its text form, null where the protocol has none. */
  public record Component(Protocol protocol, String value) {}

  /** The known protocols, see wire notes section 4. */
  public enum Protocol { IP4, TCP }

  private Multiaddr() {}

  public static Multiaddr parse(String text) throws FormatException { throw new UnsupportedOperationException(); }
  public static Multiaddr of(byte[] bytes) throws FormatException { throw new UnsupportedOperationException(); }
  public static Multiaddr tcp(String host, int port) { throw new UnsupportedOperationException(); }
  public byte[] toBytes() { throw new UnsupportedOperationException(); }
  public List<Component> components() { throw new UnsupportedOperationException(); }
  /** The value of the first component with this protocol. */
  public Optional<String> value(Protocol protocol) { throw new UnsupportedOperationException(); }
  public boolean has(Protocol protocol) { throw new UnsupportedOperationException(); }
  /** The last /p2p component's id. */
  public Optional<PeerId> peerId() { throw new UnsupportedOperationException(); }
  public Multiaddr withPeerId(PeerId id) { throw new UnsupportedOperationException(); }
  /** Without a trailing /p2p component. */
  public Multiaddr withoutPeerId() { throw new UnsupportedOperationException(); }
  @Override public String toString() { throw new UnsupportedOperationException(); }
}
