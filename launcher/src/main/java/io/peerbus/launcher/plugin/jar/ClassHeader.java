package io.peerbus.launcher.plugin.jar;

import java.util.HexFormat;

/** The first eight bytes of a class file (JVM specification, section 4.1). */
final class ClassHeader {

  private static final int LENGTH = 8;

  private static final String MAGIC = "cafebabe";

  /** 45 is Java 1.1, 61 is Java 17 (table 4.1-A). */
  private static final int JAVA_0 = 44;

  /** The minor version of classes that use features on trial. */
  private static final int PREVIEW = 0xFFFF;

  private ClassHeader() {}

  /**
   * Refuses a class that this JVM could not run, which would fail in the middle of the plugin's start or later. Classes
   * for JVMs newer than this one are passed over, as the JVM does.
   */
  static void check(String jar, String name, byte[] head, int length) throws PluginException {
    int release = EntryNames.release(name);
    int runs = Runtime.version().feature();
    if (!name.endsWith(".class") || release > runs) {
      return;
    }
    if (length < LENGTH || !HexFormat.of().formatHex(head, 0, 4).equals(MAGIC)) {
      throw new PluginException(jar + ": " + Quoted.of(name) + " is no class file: build it anew");
    }
    int minor = (head[4] & 0xFF) << 8 | head[5] & 0xFF;
    int java = ((head[6] & 0xFF) << 8 | head[7] & 0xFF) - JAVA_0;
    if (minor == PREVIEW) {
      throw new PluginException(jar + ": " + Quoted.of(name) + " uses preview features of Java " + java
          + ", which a node does not switch on: compile it without --enable-preview");
    }
    if (java < 1 || java > runs) {
      throw new PluginException(jar + " was compiled for Java " + java + " (" + Quoted.of(name) + "), this is Java "
          + runs + ": compile it with --release 17, or run the node on a newer Java");
    }
  }
}
