package io.peerbus.noise;

import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import java.nio.ByteBuffer;

/** Both directions behind a handshake. */
record NoiseChannel(Sealer sealer, Opener opener) implements SecureChannel {

  @Override
  public int seal(byte[] plaintext, int offset, int length, byte[] out, int outOffset) throws HandshakeException {
    return sealer.seal(plaintext, offset, length, out, outOffset);
  }

  @Override
  public ByteBuffer open(ByteBuffer in) throws HandshakeException {
    return opener.open(in);
  }

  @Override
  public void destroy() {
    sealer.destroy();
    opener.destroy();
  }
}
