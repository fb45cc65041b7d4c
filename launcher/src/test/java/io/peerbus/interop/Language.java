package io.peerbus.interop;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whose libp2p a foreign peer is. */
enum Language {
  GO, RUST, JS, PY;

  private static final String PROPERTY = "interop.languages";

  /** As the build script and the command line name it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Those that the run was asked to try, all by default. */
  static List<Language> chosen() {
    String property = System.getProperty(PROPERTY, "");
    return property.isBlank() ? List.of(values())
        : Arrays.stream(property.split(",")).map(id -> valueOf(id.strip().toUpperCase(Locale.ROOT))).toList();
  }
}
