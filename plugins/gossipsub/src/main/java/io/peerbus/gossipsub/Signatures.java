package io.peerbus.gossipsub;

import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Signatures of messages (pubsub spec, "Message Signing"). Stateless: may be used on any thread. */
public final class Signatures {

  /** What stands before the signed bytes. */
  public static final String DOMAIN = "libp2p-pubsub:";

  private static final byte[] DOMAIN_BYTES = DOMAIN.getBytes(StandardCharsets.US_ASCII);

  private Signatures() {}

  /**
   * Whether the message was signed by the key of the peer in {@code from}: the key that came along, which must hash
   * to that id, or the one inside the id. Takes 0.1 to 1 ms. Never throws for what a peer sent; like go and js, and
   * unlike rust, does not look into the id when the key that came along is malformed.
   */
  public static boolean verify(Message message) {
    byte[] signature = message.signature();
    if (signature == null || message.author() == null) {
      return false;
    }
    byte[] key = message.key() != null ? message.key() : message.author().inlinedKey();
    if (key == null) {
      return false;
    }
    try {
      PublicKey publicKey = PublicKey.of(key);
      return publicKey.peerId().equals(message.author()) && publicKey.verify(input(message), signature);
    } catch (FormatException e) {
      return false;
    }
  }

  private static byte[] input(Message message) {
    byte[] signed = message.signedBytes();
    byte[] input = Arrays.copyOf(DOMAIN_BYTES, DOMAIN_BYTES.length + signed.length);
    System.arraycopy(signed, 0, input, DOMAIN_BYTES.length, signed.length);
    return input;
  }
}
