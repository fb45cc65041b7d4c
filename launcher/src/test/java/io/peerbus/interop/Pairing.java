package io.peerbus.interop;

import io.peerbus.crypto.KeyType;
import java.util.List;
import java.util.Locale;

/**
 * Who meets whom, and how.
 *
 * @param keyType of the identities on both sides
 */
record Pairing(Language language, Role role, KeyType keyType) {

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
    return Language.chosen().stream()
        .flatMap(language -> List.of(Role.values()).stream().map(role -> new Pairing(language, role, keyType)))
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
    return language.id() + "-" + role + "-" + keyName();
  }

  @Override
  public String toString() {
    return language.id() + ", Peerbus " + role + ", " + keyName();
  }
}
