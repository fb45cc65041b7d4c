package io.peerbus.names;

/**
 * What is asked of a name server.
 *
 * @param name in lower case, without a dot at its end
 */
public record Question(Type type, String name) {

  /** The records that are asked for. */
  public enum Type {
    /** IPv4 addresses. */
    A,
    /** IPv6 addresses. */
    AAAA,
    /** Texts, which {@code dnsaddr} keeps addresses in. */
    TXT
  }

  @Override
  public String toString() {
    return name + " (" + type + ")";
  }
}
