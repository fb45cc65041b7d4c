package io.peerbus.noise;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.PeerId;
import io.peerbus.secure.SecureProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A node as its Noise peers see it: its identity key, a static X25519 key, and the identity's signature over that.
 * Made once per node, because a signature costs as much as a key agreement; the static key need not outlive the
 * process. Immutable, safe for all threads.
 */
public final class NoiseIdentity implements SecureProtocol {

  public static final String ID = "/noise";

  private static final byte[] DOMAIN = "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  private final KeyPair identity;
  private final X25519Key staticKey;
  private final byte[] identityKey;
  private final byte[] signature;

  private NoiseIdentity(KeyPair identity, X25519Key staticKey) {
    this.identity = identity;
    this.staticKey = staticKey;
    this.identityKey = identity.publicKey().toBytes();
    this.signature = identity.sign(signedBytes(staticKey.publicKey()));
  }

  /** With a new static key: 32 bytes from {@code random}, a secure one outside of tests. */
  public static NoiseIdentity of(KeyPair identity, RandomGenerator random) {
    return new NoiseIdentity(identity, X25519Key.generate(random));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Handshake dialer(List<String> muxers, PeerId expectedOrNull, RandomGenerator random) {
    return Handshake.initiator(this, muxers, expectedOrNull, random);
  }

  @Override
  public Handshake listener(List<String> muxers, RandomGenerator random) {
    return Handshake.responder(this, muxers, random);
  }

  public KeyPair identity() {
    return identity;
  }

  X25519Key staticKey() {
    return staticKey;
  }

  HandshakePayload payload(List<String> muxers) {
    return new HandshakePayload(identityKey, signature, muxers);
  }

  /** What an identity signs to vouch for a static key. */
  static byte[] signedBytes(byte[] staticPublicKey) {
    byte[] bytes = new byte[DOMAIN.length + staticPublicKey.length];
    System.arraycopy(DOMAIN, 0, bytes, 0, DOMAIN.length);
    System.arraycopy(staticPublicKey, 0, bytes, DOMAIN.length, staticPublicKey.length);
    return bytes;
  }
}
