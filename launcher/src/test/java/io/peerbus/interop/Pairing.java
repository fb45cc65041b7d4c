package io.peerbus.interop;

import io.peerbus.crypto.KeyType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Who meets whom, and how.
 *
 * @param keyType of the identities on both sides
 */
record Pairing(Language language, Role role, KeyType keyType, Channel channel) {

  Pairing(Language language, Role role, KeyType keyType) {
    this(language, role, keyType, Channel.USUAL);
  }

  /** What our side of the connection does. */
  enum Role {
    DIALS, LISTENS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Every chosen language in both roles. */
  static List<Pairing> all(KeyType keyType) {
    return all(Language.chosen(), keyType, Channel.USUAL);
  }

  static List<Pairing> all(List<Language> languages, KeyType keyType, Channel channel) {
    return languages.stream()
        .flatMap(language -> Stream.of(Role.values()).map(role -> new Pairing(language, role, keyType, channel)))
        .toList();
  }

  boolean weDial() {
    return role == Role.DIALS;
  }

  String keyName() {
    return keyType.name().toLowerCase(Locale.ROOT);
  }

  /** Fit for the name of a file or a node. */
  String slug() {
    return language.id() + "-" + role + "-" + keyName()
        + (channel.equals(Channel.USUAL) ? "" : "-" + channel.toString().replace(", ", "-"));
  }

  @Override
  public String toString() {
    return language.id() + ", Peerbus " + role + ", " + keyName() + ", " + channel;
  }
}
