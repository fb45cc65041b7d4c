package io.peerbus.gossipsub;

import io.peerbus.multiformats.FormatException;
import java.util.List;

/**
 * One RPC of a peer (pubsub spec, "The RPC"): checked as a whole when it is read, built entry by entry when it is
 * walked. So a frame of tiny entries costs no more memory than the one entry that is looked at, and a broken frame
 * has no effect at all.
 */
public final class Rpc {

  private final byte[] frame;
  private final GossipsubLimits limits;
  private final int surplus;

  private Rpc(byte[] frame, GossipsubLimits limits, int surplus) {
    this.frame = frame;
    this.limits = limits;
    this.surplus = surplus;
  }

  /**
   * Reads an RPC without its length prefix. Unknown fields are passed over, and so is what exceeds the limits.
   *
   * @param frame belongs to the RPC from now on
   */
  public static Rpc read(byte[] frame, GossipsubLimits limits) throws FormatException {
    return new Rpc(frame, limits, new RpcReader(frame, limits, null).read());
  }

  /** Shows every entry within the limits to the visitor, in the order of the frame. */
  public void forEach(Visitor visitor) {
    try {
      new RpcReader(frame, limits, visitor).read();
    } catch (FormatException e) {
      throw new IllegalStateException("read() let it pass", e);
    }
  }

  /** How many entries are left out because they exceed a limit or lack what they need, such as a topic. */
  public int surplus() {
    return surplus;
  }

  /** Takes the entries of an RPC. No topic is empty or longer than the limit, and no list is empty. */
  public interface Visitor {

    void onSubscription(boolean subscribe, String topic);

    /** A message with at least one topic. */
    void onMessage(Message message);

    void onIHave(String topic, List<MessageId> ids);

    void onIWant(List<MessageId> ids);

    void onGraft(String topic);

    /** @param backoffSeconds unsigned; 0 when the peer gave none */
    void onPrune(String topic, long backoffSeconds);
  }
}
