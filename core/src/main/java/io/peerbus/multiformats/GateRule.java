package io.peerbus.multiformats;

/** Some peers, as one who denies or allows them names them: one by its id, those of a subnet, or all. */
public sealed interface GateRule {

  /** The text of {@link Everybody}. */
  String EVERYBODY = "*";

  /** Every peer, whoever and wherever it is. */
  record Everybody() implements GateRule {
    @Override
    public String toString() {
      return EVERYBODY;
    }
  }

  /** The peer with this id, wherever it is. */
  record OfPeer(PeerId peer) implements GateRule {
    @Override
    public String toString() {
      return peer.toString();
    }
  }

  /** Whoever is at one of these addresses. */
  record OfSubnet(Subnet subnet) implements GateRule {
    @Override
    public String toString() {
      return subnet.toString();
    }
  }

  /**
   * Reads what {@code toString} gives: {@code *}, a peer id, an IP address or a subnet.
   *
   * @throws FormatException when it is none of these; the message says how one looks
   */
  static GateRule parse(String text) throws FormatException {
    if (text.equals(EVERYBODY)) {
      return new Everybody();
    }
    if (text.startsWith("/")) {
      throw new FormatException("a multiaddr names an address and a port: give its IP address or its peer id alone");
    }
    if (text.indexOf('.') >= 0 || text.indexOf(':') >= 0 || text.indexOf('/') >= 0) {
      return new OfSubnet(Subnet.parse(text));
    }
    try {
      return new OfPeer(PeerId.parse(text));
    } catch (FormatException e) {
      throw new FormatException("it is neither *, a peer id (" + e.getMessage()
          + "), an IP address nor a subnet such as 192.0.2.0/24 or 2001:db8::/32");
    }
  }
}
