package io.peerbus.swarm;

import io.peerbus.noise.Sealer;
import java.nio.ByteBuffer;

/**
 * The scratch memory that all connections of one thread share, so that an idle connection holds none of its own.
 * Not thread safe.
 */
public final class Workspace {

  /** Room that {@link Connection#transmit} needs: one Noise message with its length. */
  public static final int MAX_OUTPUT = 2 + 65_535;

  private final ByteBuffer plaintext = ByteBuffer.allocate(Sealer.MAX_PLAINTEXT);
  private final byte[] output = new byte[MAX_OUTPUT];

  /** Emptied for the next plaintext. */
  ByteBuffer plaintext() {
    return plaintext.clear();
  }

  /** Where the owner may have {@link Connection#transmit} write to. */
  public byte[] output() {
    return output;
  }
}
