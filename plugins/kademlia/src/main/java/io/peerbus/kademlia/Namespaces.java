package io.peerbus.kademlia;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which keys there are, and who judges their records: a key {@code /namespace/name} belongs to its namespace's
 * validator, or to nobody where the namespace is open. Keys of an unknown namespace are refused always, keys without
 * one unless the mode is open; other implementations let both by, and became stores for anybody's bytes (CVE-2026-45783).
 *
 * <p>Not thread safe, owned by its machine.
 */
public final class Namespaces {

  /** Of a namespace's name, so that binary keys that begin with a slash are not taken for one. */
  static final int MAX_NAME = 64;

  private static final byte[] NONE = {};

  private final boolean strict;
  /** By namespace; {@code null} for an open one. */
  private final Map<String, Validator> validators = new TreeMap<>();

  /** Knows {@code pk} and {@code ipns}. */
  public Namespaces(boolean strict) {
    this(strict, List.of());
  }

  /**
   * Knows {@code pk} and {@code ipns}, and those whose records are not checked.
   *
   * @throws IllegalArgumentException when a name is none, or has a validator
   */
  public Namespaces(boolean strict, List<String> open) {
    this.strict = strict;
    validators.put("pk", new PublicKeyValidator());
    validators.put("ipns", new IpnsValidator());
    open.stream().distinct().forEach(namespace -> add(namespace, null));
  }

  /**
   * Has a validator judge the records of a namespace.
   *
   * @throws IllegalArgumentException when the name is none, or taken
   */
  public void add(String namespace, Validator validator) {
    if (namespace.isEmpty() || nameLength(bytes("/" + namespace + "/")) != namespace.length()) {
      throw new IllegalArgumentException("namespace: \"" + namespace + "\" is not made of 1 to " + MAX_NAME
          + " letters, digits, dots, dashes and underscores");
    }
    if (validators.containsKey(namespace)) {
      throw new IllegalArgumentException("namespace: " + namespace + (validators.get(namespace) == null
          ? " is open" : " has a validator already"));
    }
    validators.put(namespace, validator);
  }

  /** Nobody judges the namespace's records any more, which are refused then. No effect on one that nobody judged. */
  public void remove(String namespace) {
    if (validators.get(namespace) != null) {
      validators.remove(namespace);
    }
  }

  /** Names in alphabetical order. */
  public Iterable<String> names() {
    return validators.keySet();
  }

  /** Why no record can be kept under the key, in words for whoever wants to put one; {@code null} when one can. */
  public String problemWith(byte[] key) {
    if (key.length == 0) {
      return "the key is empty";
    }
    String namespace = namespace(key);
    if (namespace == null) {
      return strict ? "the key has no namespace: make it /namespace/name with one of " + validators.keySet()
          + ", or set \"strict\" to false" : null;
    }
    return validators.containsKey(namespace) ? null
        : "nothing validates the namespace /" + namespace + "/; there are " + validators.keySet();
  }

  /** Judges a record. Pure where the validators are: may run on another thread with a validator that was found here. */
  public Verdict check(long now, byte[] key, byte[] value) {
    String problem = problemWith(key);
    if (problem != null) {
      return Verdict.bad(problem);
    }
    Validator validator = validator(key);
    return validator == null ? Verdict.good() : validator.check(now, name(key), value);
  }

  /** Who judges the key's records; {@code null} for a key without a namespace, or of an open one. */
  public Validator validator(byte[] key) {
    String namespace = namespace(key);
    return namespace == null ? null : validators.get(namespace);
  }

  /** The key without its namespace. */
  public static byte[] name(byte[] key) {
    int length = nameLength(key);
    return length < 0 ? key : length + 2 > key.length ? NONE : Arrays.copyOfRange(key, length + 2, key.length);
  }

  /** The namespace of a key, or {@code null} when it has none. */
  public static String namespace(byte[] key) {
    int length = nameLength(key);
    return length < 0 ? null : new String(key, 1, length, StandardCharsets.US_ASCII);
  }

  /** How long the name between the first slash and the next, or the end, is; -1 when that is no name. */
  private static int nameLength(byte[] key) {
    if (key.length == 0 || key[0] != '/') {
      return -1;
    }
    int end = 1;
    while (end < key.length && key[end] != '/') {
      if (end > MAX_NAME || !isNameCharacter(key[end])) {
        return -1;
      }
      end++;
    }
    return end - 1;
  }

  private static boolean isNameCharacter(byte c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
