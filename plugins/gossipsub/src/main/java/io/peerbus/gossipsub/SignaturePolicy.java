package io.peerbus.gossipsub;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What we put on our messages and demand of others' (pubsub spec, "Message Signing"). Publishers and receivers of a
 * topic must agree.
 */
public enum SignaturePolicy {

  /** Sign; accept only messages with an author, an 8-byte sequence number and a valid signature. */
  STRICT_SIGN("StrictSign"),

  /** Do not sign and name no author; refuse whatever has one. Rust calls it anonymous. */
  STRICT_NO_SIGN("StrictNoSign"),

  /** Sign; accept unsigned messages too, and check the signature of those that have one. */
  PERMISSIVE("Permissive");

  private final String text;

  SignaturePolicy(String text) {
    this.text = text;
  }

  boolean signs() {
    return this != STRICT_NO_SIGN;
  }

  /** Whether the message has the fields it should have, before any cryptography. */
  boolean admits(Message message) {
    return switch (this) {
      case STRICT_SIGN -> isSigned(message);
      case STRICT_NO_SIGN -> message.from() == null && message.seqno() == null
          && message.signature() == null && message.key() == null;
      case PERMISSIVE -> message.signature() == null || isSigned(message);
    };
  }

  private static boolean isSigned(Message message) {
    return message.author() != null && message.signature() != null
        && message.seqno() != null && message.seqno().length == Long.BYTES;
  }

  /** The policy with this name in settings; {@code Anonymous} is rust's word for {@link #STRICT_NO_SIGN}. */
  public static SignaturePolicy named(String text) {
    if (text.equals("Anonymous")) {
      return STRICT_NO_SIGN;
    }
    for (SignaturePolicy policy : values()) {
      if (policy.text.equals(text)) {
        return policy;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is none of "
        + Arrays.stream(values()).map(SignaturePolicy::toString).collect(Collectors.joining(", ")));
  }

  /** The name in settings. */
  @Override
  public String toString() {
    return text;
  }
}
