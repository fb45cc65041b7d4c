package io.peerbus.swarm;

import io.peerbus.secure.SecureChannel;
import java.nio.ByteBuffer;

/**
 * What all connections of one thread share: scratch memory, so that an idle connection holds none of its own, and a
 * limit for the streams of all of them. Not thread safe.
 */
public final class Workspace {

  /** Room that {@link Connection#transmit} needs. */
  public static final int MAX_OUTPUT = SecureChannel.MAX_OUTPUT;

  /** See {@link #Workspace(int)}. */
  public static final int DEFAULT_MAX_INBOUND_STREAMS = 16_384;

  private final int maxInboundStreams;
  private final String full;
  private int inboundStreams;
  private final ByteBuffer plaintext = ByteBuffer.allocate(SecureChannel.MAX_PLAINTEXT);
  private final byte[] output = new byte[MAX_OUTPUT];

  public Workspace() {
    this(DEFAULT_MAX_INBOUND_STREAMS);
  }

  /**
   * @param maxInboundStreams streams that peers may have open over all connections of the thread; a stream beyond is
   *     reset. A crowd of peers, each within the limit of its connection, could otherwise fill the heap.
   */
  public Workspace(int maxInboundStreams) {
    this.maxInboundStreams = Check.atLeast("maxInboundStreams", maxInboundStreams, 1);
    this.full = "maxStreamsPerShard: " + maxInboundStreams + " streams of peers on one event loop";
  }

  /** Counts one more stream of a peer and answers {@code null}, or answers the limit that forbids it. */
  String takeStream() {
    if (inboundStreams == maxInboundStreams) {
      return full;
    }
    inboundStreams++;
    return null;
  }

  void giveStreamBack() {
    inboundStreams--;
  }

  /** Streams that peers have open over all connections. */
  int inboundStreams() {
    return inboundStreams;
  }

  /** Emptied for the next plaintext. */
  ByteBuffer plaintext() {
    return plaintext.clear();
  }

  /** Where the owner may have {@link Connection#transmit} write to. */
  public byte[] output() {
    return output;
  }
}
