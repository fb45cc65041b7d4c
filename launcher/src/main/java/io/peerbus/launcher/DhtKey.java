package io.peerbus.launcher;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multibase;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multiformats.Varint;
import io.vertx.core.buffer.Buffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of the DHT as it is typed: as text, hex, base58 or a CID. What looks like the hash of something is not taken
 * for text unless it is said to be: a record under the wrong one of the two would never be found.
 */
record DhtKey(Format format, byte[] bytes) {

  enum Format { text, hex, base58, cid }

  /** What a key is for. */
  enum Use {
    /** A record: the bytes are the key. */
    VALUE,
    /** A content: text stands for its SHA-256 multihash, as go's discovery has it. */
    CONTENT,
    /** A place in the key space, for which a peer's id will do as well. */
    PLACE
  }

  private static final Pattern NAMESPACE = Pattern.compile("/([A-Za-z0-9._-]{1,64})(/.*)?", Pattern.DOTALL);
  /** Namespaces whose records every node checks by itself. */
  private static final List<String> CHECKED = List.of("pk", "ipns");
  private static final int MAX_BYTES = 1024;
  private static final int SHA2_256 = 0x12;
  private static final int HASH_BYTES = 32;
  private static final int CID_V0_LENGTH = 46;

  /**
   * Understands what was typed; throws {@link IllegalArgumentException} with words for whoever typed it.
   *
   * @param formatOrNull the one that was named, besides which a prefix such as {@code hex:} can name it
   */
  static DhtKey parse(String typed, Format formatOrNull, Use use) {
    if (typed.isEmpty()) {
      throw new IllegalArgumentException("KEY is empty");
    }
    if (formatOrNull != null) {
      return of(typed, formatOrNull, use);
    }
    for (Format format : Format.values()) {
      if (typed.startsWith(format + ":")) {
        return of(typed.substring(format.name().length() + 1), format, use);
      }
    }
    return guess(typed, use);
  }

  private static DhtKey guess(String typed, Use use) {
    PeerId peer = use == Use.PLACE ? peerOrNull(typed) : null;
    if (peer != null) {
      return new DhtKey(Format.base58, peer.toBytes());
    }
    byte[] named = use == Use.VALUE ? peersRecordOrNull(typed) : null;
    if (named != null) {
      return new DhtKey(Format.base58, named);
    }
    byte[] multihash = multihashOrNull(typed);
    if (multihash != null) {
      return new DhtKey(Format.cid, multihash);
    }
    List<Format> hashes = new ArrayList<>();
    if (typed.matches("([0-9a-fA-F]{2}){" + HASH_BYTES + ",}")) {
      hashes.add(Format.hex);
    }
    byte[] base58 = base58OrNull(typed);
    if (base58 != null && base58.length >= HASH_BYTES) {
      hashes.add(Format.base58);
    }
    if (!hashes.isEmpty()) {
      throw new IllegalArgumentException("KEY \"" + typed + "\" may be text, and looks like " + name(hashes)
          + ": say which with --key-format, or by a prefix such as " + hashes.get(0) + ": or text:");
    }
    return of(typed, Format.text, use);
  }

  /** {@code /ipns/<peer>} and {@code /pk/<peer>}: in the DHT the id is in bytes. */
  private static byte[] peersRecordOrNull(String typed) {
    for (String namespace : CHECKED) {
      String prefix = "/" + namespace + "/";
      PeerId peer = typed.startsWith(prefix) ? peerOrNull(typed.substring(prefix.length())) : null;
      if (peer != null) {
        return Buffer.buffer(prefix).appendBytes(peer.toBytes()).getBytes();
      }
    }
    return null;
  }

  private static String name(List<Format> formats) {
    return String.join(" or ", formats.stream().map(Format::name).toList());
  }

  private static DhtKey of(String typed, Format format, Use use) {
    byte[] bytes = switch (format) {
      case text -> text(typed, use);
      case hex -> ofHex(typed);
      case base58 -> base58OrNull(typed);
      case cid -> multihashOrNull(typed);
    };
    if (bytes == null || bytes.length == 0) {
      String name = format == Format.cid ? "CID" : format.name();
      throw new IllegalArgumentException("KEY \"" + typed + "\" is no " + name);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("KEY has " + bytes.length + " bytes, the most is " + MAX_BYTES);
    }
    return new DhtKey(format, bytes);
  }

  private static byte[] text(String typed, Use use) {
    byte[] utf8 = typed.getBytes(StandardCharsets.UTF_8);
    return use == Use.CONTENT ? ByteBuffer.allocate(2 + HASH_BYTES).put((byte) SHA2_256).put((byte) HASH_BYTES)
        .put(sha256(utf8)).array() : utf8;
  }

  private static byte[] ofHex(String typed) {
    try {
      return HexFormat.of().parseHex(typed);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] base58OrNull(String typed) {
    try {
      return Multibase.decode("z" + typed, MAX_BYTES);
    } catch (FormatException e) {
      return null;
    }
  }

  private static PeerId peerOrNull(String typed) {
    try {
      return PeerId.parse(typed);
    } catch (FormatException e) {
      return null;
    }
  }

  /** The multihash in a CID: what go, and so everybody, has for a key. {@code null} when it is no CID. */
  private static byte[] multihashOrNull(String typed) {
    if (typed.startsWith("Qm") && typed.length() == CID_V0_LENGTH) {
      return base58OrNull(typed);
    }
    try {
      ByteBuffer cid = ByteBuffer.wrap(Multibase.decode(typed, MAX_BYTES));
      long version = Varint.read(cid);
      Varint.read(cid); // what the content is made of
      ByteBuffer multihash = cid.slice();
      Varint.read(cid); // the hash function
      return version == 1 && Varint.read(cid) == cid.remaining() && cid.remaining() > 0
          ? bytes(multihash) : null;
    } catch (FormatException | BufferUnderflowException e) {
      return null;
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** The namespace of a record's key, or {@code null} when it has none or one that every node checks by itself. */
  static String ownNamespace(byte[] key) {
    Matcher matcher = NAMESPACE.matcher(new String(key, StandardCharsets.ISO_8859_1));
    return matcher.matches() && !CHECKED.contains(matcher.group(1)) ? matcher.group(1) : null;
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base58(byte[] bytes) {
    return Multibase.BASE58_BTC.encode(bytes).substring(1);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
