package io.peerbus.launcher.plugin.jar;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.SignedEnvelope;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.JarMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Keys and signatures for tests, good and bad. */
final class Signed {

  static final KeyPair PUBLISHER = key(1);
  static final KeyPair STRANGER = key(2);

  /** Takes only what {@link #PUBLISHER} signed. */
  static final PluginPolicy ONLY_PUBLISHER =
      new PluginPolicy(List.of(PUBLISHER.publicKey().peerId()), true, Map.of());

  private Signed() {}

  private static KeyPair key(int seed) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    return KeyPair.ed25519(bytes);
  }

  /** What {@link PluginSignature} would put into this jar. */
  static byte[] signature(KeyPair key, JarMaker jar) throws IOException {
    Path file = Files.createTempFile("signed-", ".jar");
    try {
      return PluginSignature.seal(key, JarScan.of("x.jar", jar.write(file), WorkingCopy.TEXTS));
    } catch (PluginException e) {
      throw new IllegalArgumentException(e);
    } finally {
      Files.delete(file);
    }
  }

  static SignedEnvelope envelope(KeyPair key, JarMaker jar) throws Exception {
    return SignedEnvelope.of(signature(key, jar));
  }

  /** The jar with the signature of this key. */
  static JarMaker sign(KeyPair key, JarMaker jar) throws IOException {
    return jar.withEntry(PluginSignature.ENTRY, signature(key, jar));
  }
}
