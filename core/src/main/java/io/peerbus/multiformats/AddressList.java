package io.peerbus.multiformats;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the addresses that a peer tells, in binary. Unknown and malformed ones are dropped one by one, as a peer may
 * well have transports that we do not know; nothing is allocated for those.
 *
 * <p>Not thread safe, owned by the reader of a message; may be used for one list after the other.
 */
public final class AddressList {

  private final MultiaddrBytes bytes = new MultiaddrBytes();
  private final int most;
  private int seen;
  private List<Multiaddr> readable = new ArrayList<>();

  /**
   * @param most how many addresses of a list are looked at, good or bad; one peer's list must not take a node's time
   */
  public AddressList(int most) {
    this.most = most;
  }

  /** The next address, which is {@code message[offset, offset + length)}; it is copied. */
  public void add(byte[] message, int offset, int length) {
    if (seen < most) {
      seen++;
      byte[] address = bytes.read(message, offset, length);
      if (address != null) {
        readable.add(new Multiaddr(address));
      }
    }
  }

  /** The readable ones, in order, which are the caller's; another list may follow. */
  public List<Multiaddr> take() {
    List<Multiaddr> taken = readable;
    readable = new ArrayList<>();
    seen = 0;
    return taken;
  }
}
