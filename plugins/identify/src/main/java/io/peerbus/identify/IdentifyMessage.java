package io.peerbus.identify;

import io.peerbus.multiformats.AddressList;
import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One identify message as it came, or several that are to be read as one (a later part adds to the lists of an
 * earlier one and overrides its single fields, as protobuf merges).
 *
 * <p>It keeps the bytes and reads them again for each question, so that a message of a thousand one-letter protocol
 * names costs no more than its bytes until somebody asks, and that with a limit. Immutable.
 *
 * <p>Spec: identify/README.md, "The Identify Message"; the field numbers are those of {@code identify.proto}.
 */
public final class IdentifyMessage {

  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRS = 2;
  private static final int PROTOCOLS = 3;
  private static final int OBSERVED_ADDR = 4;
  private static final int PROTOCOL_VERSION = 5;
  private static final int AGENT_VERSION = 6;
  private static final int SIGNED_PEER_RECORD = 8;

  private static final Pattern UNSAFE =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\x{80}-\\x{9f}\\x{2028}\\x{2029}\\x{fffd}]");

  private final byte[] bytes;
  private final int[] parts;

  private IdentifyMessage(byte[] bytes, int[] parts) {
    this.bytes = bytes;
    this.parts = parts;
  }

  /** Reads a message; fails when it is no protobuf message. The array is kept. */
  public static IdentifyMessage of(byte[] message) throws FormatException {
    return of(message, new int[] {0, message.length});
  }

  /** Reads parts of one array, given as pairs of offset and length. Both arrays are kept. */
  static IdentifyMessage of(byte[] bytes, int[] parts) throws FormatException {
    for (int i = 0; i < parts.length; i += 2) {
      FieldReader in = new FieldReader(bytes, parts[i], parts[i + 1]);
      while (in.next()) {
        // Only the form is checked here: unknown fields are legal, and each question applies its own limit.
      }
    }
    return new IdentifyMessage(bytes, parts);
  }

  /** The peer's PublicKey protobuf, or {@code null}. */
  public byte[] publicKey() {
    return last(PUBLIC_KEY);
  }

  /** Our own address as the peer sees it, or {@code null}. */
  public byte[] observedAddress() {
    return last(OBSERVED_ADDR);
  }

  /** A signed envelope, or {@code null}. */
  public byte[] signedPeerRecord() {
    return last(SIGNED_PEER_RECORD);
  }

  /** The protocol version as the peer writes it, cut to {@code maxLength} bytes; empty when there is none. */
  public String protocolVersion(int maxLength) {
    return text(PROTOCOL_VERSION, maxLength);
  }

  /** The agent version as the peer writes it, cut to {@code maxLength} bytes; empty when there is none. */
  public String agentVersion(int maxLength) {
    return text(AGENT_VERSION, maxLength);
  }

  /** The readable ones of the first {@code max} listen addresses; empty ones do not count. */
  public List<Multiaddr> listenAddresses(int max) {
    AddressList addresses = new AddressList(max);
    Fields fields = new Fields(LISTEN_ADDRS);
    while (fields.next()) {
      if (fields.in.length() > 0) {
        addresses.add(bytes, fields.in.offset(), fields.in.length());
      }
    }
    return addresses.take();
  }

  /**
   * The first {@code max} different protocol ids, in the peer's order. Ids that are empty, longer than
   * {@code maxLength} bytes, not UTF-8 or with a control character are left out one by one.
   */
  public Set<String> protocols(int max, int maxLength) {
    Set<String> protocols = new LinkedHashSet<>();
    Fields fields = new Fields(PROTOCOLS);
    while (protocols.size() < max && fields.next()) {
      int offset = fields.in.offset();
      int length = fields.in.length();
      if (length > 0 && length <= maxLength && isPlain(offset, length)) {
        protocols.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
      }
    }
    return protocols;
  }

  private boolean isPlain(int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] >= 0 && bytes[i] < ' ' || bytes[i] == 0x7f) {
        return false;
      }
    }
    return Utf8.isValid(bytes, offset, length);
  }

  private byte[] last(int number) {
    byte[] value = null;
    Fields fields = new Fields(number);
    while (fields.next()) {
      value = fields.in.length() > 0 ? fields.in.bytes() : null;
    }
    return value;
  }

  /** Control characters would let a peer forge log lines; they become question marks, as do bytes that are no UTF-8. */
  private String text(int number, int maxLength) {
    String value = "";
    Fields fields = new Fields(number);
    while (fields.next()) {
      int length = Math.min(fields.in.length(), maxLength);
      value = new String(bytes, fields.in.offset(), length, StandardCharsets.UTF_8);
    }
    return UNSAFE.matcher(value).replaceAll("?");
  }

  /** The fields with one number through all parts. The form was checked by {@link #of}. */
  private final class Fields {
    private final int number;
    private int part;
    private FieldReader in;

    Fields(int number) {
      this.number = number;
    }

    boolean next() {
      try {
        while (true) {
          if (in == null) {
            if (part == parts.length) {
              return false;
            }
            in = new FieldReader(bytes, parts[part], parts[part + 1]);
            part += 2;
          }
          while (in.next()) {
            if (in.is(number, FieldReader.BYTES)) {
              return true;
            }
          }
          in = null;
        }
      } catch (FormatException e) {
        throw new IllegalStateException(e); // of() read the same bytes to their end
      }
    }
  }
}
