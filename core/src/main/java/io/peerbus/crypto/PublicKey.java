package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.util.Arrays;

/**
 * A public key of one of the four libp2p types, checked. Immutable, any thread; equal by its serialised bytes.
 *
 * <p>A key that comes in a protobuf with unknown, repeated or unordered fields is taken, and serialised again in the
 * one right form, of which its peer id is made; go, rust and js do the same, so all see one id for it.
 *
 * <p>Spec: libp2p peer-ids, "Keys".
 */
public final class PublicKey {

  /** An RSA key of 8192 bits needs 1.1 KB. More could only be unknown fields that cost time to skip. */
  public static final int MAX_LENGTH = 2048;

  private final KeyMessage message;
  private final byte[] protobuf;
  private final PeerId peerId;
  private final Scheme.Verifier verifier;

  private PublicKey(KeyMessage message) throws FormatException {
    this.message = message;
    this.verifier = Scheme.of(message.type()).verifier(message.data());
    this.protobuf = message.toPublicKey();
    this.peerId = PeerId.ofPublicKey(protobuf);
  }

  /**
   * From the PublicKey protobuf.
   *
   * @throws FormatException when it is none, of an unknown type, or its key breaks the limits of its type
   */
  public static PublicKey of(byte[] protobuf) throws FormatException {
    return new PublicKey(KeyMessage.read(protobuf, MAX_LENGTH));
  }

  /**
   * From the key's data as its type writes it: raw Ed25519, compressed secp256k1, PKIX for RSA and ECDSA.
   *
   * @throws FormatException when the data breaks the limits of its type
   */
  public static PublicKey of(KeyType type, byte[] data) throws FormatException {
    return new PublicKey(new KeyMessage(type, data.clone()));
  }

  public KeyType type() {
    return message.type();
  }

  /** A copy of the key's data, without the protobuf around it. */
  public byte[] data() {
    return message.data().clone();
  }

  /** A copy of the PublicKey protobuf, always the same bytes. */
  public byte[] toBytes() {
    return protobuf.clone();
  }

  /** The id of the peer that has this key. */
  public PeerId peerId() {
    return peerId;
  }

  /** False for a wrong or malformed signature; never throws for bad input. */
  public boolean verify(byte[] message, byte[] signature) {
    return verifier.verify(message, signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(protobuf, that.protobuf);
  }

  @Override
  public int hashCode() {
    return peerId.hashCode();
  }

  /** The type and the peer id. */
  @Override
  public String toString() {
    return type() + " " + peerId;
  }
}
