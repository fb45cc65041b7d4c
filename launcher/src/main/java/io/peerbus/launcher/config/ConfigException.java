package io.peerbus.launcher.config;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong in it. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  /** Several mistakes in the configuration that came from {@code source}, a file name for instance. */
  public ConfigException(String source, List<Mistake> mistakes) {
    super(describe(source, mistakes), null, false, false);
    this.mistakes = List.copyOf(mistakes);
  }

  /** One mistake about the whole. */
  public ConfigException(String source, String message) {
    this(source, List.of(new Mistake("", message)));
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }

  private static String describe(String source, List<Mistake> mistakes) {
    if (mistakes.size() == 1) {
      return source + ": " + mistakes.get(0);
    }
    StringBuilder text = new StringBuilder(source + ": " + mistakes.size() + " mistakes");
    for (Mistake mistake : mistakes) {
      text.append(System.lineSeparator()).append("  ").append(mistake);
    }
    return text.toString();
  }
}
