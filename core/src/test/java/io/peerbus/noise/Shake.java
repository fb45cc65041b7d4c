package io.peerbus.noise;

import io.peerbus.crypto.KeyPair;
import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Both sides of a handshake in one test, and their identities. */
final class Shake {

  static final String MUXER = "/yamux/1.0.0";

  private Shake() {}

  /** The identity with Ed25519 seed {@code n} times 32 bytes, and a static key that depends on it only. */
  static NoiseIdentity identity(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    return NoiseIdentity.of(KeyPair.ed25519(seed), new Random(n));
  }

  static Handshake initiator(String... muxers) {
    return Handshake.initiator(identity(1), List.of(muxers), null, new Random(11));
  }

  static Handshake responder(String... muxers) {
    return Handshake.responder(identity(2), List.of(muxers), new Random(12));
  }

  /** Carries messages until neither side has any. */
  static void drive(Handshake a, Handshake b) throws HandshakeException {
    ByteBuffer fromA = a.output();
    ByteBuffer fromB = b.output();
    while (fromA != null || fromB != null) {
      if (fromA != null) {
        b.onBytes(fromA);
      }
      if (fromB != null) {
        a.onBytes(fromB);
      }
      fromA = a.output();
      fromB = b.output();
    }
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static ByteBuffer framed(byte[] message) {
    return ByteBuffer.allocate(2 + message.length).putShort((short) message.length).put(message).flip();
  }

  static byte[] unframed(ByteBuffer frame) {
    frame.getShort();
    return bytes(frame);
  }

  /** The bytes come one at a time. */
  static void oneByOne(byte[] bytes, Handshake to) throws HandshakeException {
    for (byte one : bytes) {
      to.onBytes(ByteBuffer.wrap(new byte[] {one}));
    }
  }

  static byte[] seal(Sealer sealer, byte[] plaintext) throws HandshakeException {
    byte[] out = new byte[plaintext.length + Sealer.OVERHEAD];
    sealer.seal(plaintext, 0, plaintext.length, out, 0);
    return out;
  }
}
