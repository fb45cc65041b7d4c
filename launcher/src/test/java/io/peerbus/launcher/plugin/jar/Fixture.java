package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.plugin.JarMaker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A good plugin that tells when any of it runs, to be made worse. */
final class Fixture {

  /** The system property that is set as soon as its class is initialised. */
  static final String RAN = "peerbus.fixture.ran";

  private static final String TELL = "static { System.setProperty(\"" + RAN + "\", \"yes\"); }";

  private Fixture() {}

  /** A whole plugin. */
  static JarMaker good() {
    return plugin(main());
  }

  /** A whole plugin with this class as its verticle. */
  static JarMaker plugin(byte[] main) {
    return new JarMaker("fixture", "fixture.Main").withEntry("fixture/Main.class", main);
  }

  /** The class of the good plugin's verticle. */
  static byte[] main() {
    return compiled("public class Main extends io.vertx.core.VerticleBase { " + TELL + " }");
  }

  /** The class {@code fixture.Main} with this source. */
  static byte[] compiled(String source) {
    return entries(new JarMaker("x", "x.X").with("fixture.Main", "package fixture; " + source))
        .get("fixture/Main.class");
  }

  /** Everything in a jar. */
  static Map<String, byte[]> entries(JarMaker jar) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar.bytes()))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return entries;
  }
}
