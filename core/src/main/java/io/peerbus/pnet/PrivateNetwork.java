package io.peerbus.pnet;

import io.peerbus.multiformats.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The key of a private network. Immutable, safe for all threads; it is never printed.
 */
public final class PrivateNetwork {

  /** Bytes of a key. */
  public static final int LENGTH = 32;

  /** A file with a key in the longest of the encodings, and some white space. */
  public static final int MAX_FILE = 256;

  private static final String FORM = "/key/swarm/psk/1.0.0/";
  private static final String BASE16 = "/base16/";
  private static final String BASE64 = "/base64/";
  private static final String BINARY = "/bin/";

  private final byte[] key;

  private PrivateNetwork(byte[] key) {
    this.key = key;
  }

  /** With a new key; {@code random} must be a secure one outside of tests. */
  public static PrivateNetwork generate(RandomGenerator random) {
    byte[] key = new byte[LENGTH];
    random.nextBytes(key);
    return new PrivateNetwork(key);
  }

  /**
   * From a file {@code swarm.key}: a line with the form, a line with the encoding, and the key.
   *
   * @throws FormatException when it is none; the message holds nothing of the key
   */
  public static PrivateNetwork parse(byte[] file) throws FormatException {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String[] lines = text.split("\r?\n", 3);
    if (file.length > MAX_FILE || lines.length < 3 || !lines[0].strip().equals(FORM)) {
      throw new FormatException("the key of a private network is three lines: " + FORM + ", " + BASE16
          + ", and 64 hex digits");
    }
    byte[] key = decode(lines[1].strip(), lines[2]);
    if (key.length != LENGTH) {
      throw new FormatException("the key of a private network has " + LENGTH + " bytes, not " + key.length);
    }
    return new PrivateNetwork(key);
  }

  private static byte[] decode(String encoding, String rest) throws FormatException {
    try {
      return switch (encoding) {
        case BASE16 -> HexFormat.of().parseHex(rest.strip());
        case BASE64 -> Base64.getDecoder().decode(rest.strip());
        case BINARY -> rest.getBytes(StandardCharsets.ISO_8859_1);
        default -> throw new FormatException("the key of a private network is written as " + BASE16 + ", " + BASE64
            + " or " + BINARY);
      };
    } catch (IllegalArgumentException e) {
      throw new FormatException("the key of a private network is not written as its second line says, " + encoding);
    }
  }

  /** The content of a file {@code swarm.key}. */
  public byte[] toFile() {
    return (FORM + "\n" + BASE16 + "\n" + HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** For one connection; {@code random} makes what is different in each, and is a secure one outside of tests. */
  public Cloak cloak(RandomGenerator random) {
    return new Cloak(key, random);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateNetwork that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return 31; // of a secret, not even that
  }

  @Override
  public String toString() {
    return "PrivateNetwork";
  }
}
