package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.ProtocolVerticle;
import io.peerbus.crypto.KeyPair;
import io.peerbus.host.HostVerticle;
import io.peerbus.launcher.plugin.JarMaker;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginLoaderTest {

  @TempDir
  private Path folder;
  private PluginLoader loader;

  @BeforeEach
  void load() throws Exception {
    Path jar = new JarMaker("fixture", "fixture.Main")
        .with("fixture.Main", "package fixture; public class Main {}")
        .with("io.peerbus.launcher.Exit", "package io.peerbus.launcher; public class Exit {}")
        .withEntry("own.txt", new byte[] {1})
        .withEntry("META-INF/services/io.peerbus.api.HostFactory", new byte[0])
        .write(folder.resolve("fixture.jar"));
    loader = new PluginLoader("fixture", "1.2", jar);
  }

  @AfterEach
  void close() throws Exception {
    loader.close();
  }

  @Test
  void sharedClassesAreTheNodesOwn() throws Exception {
    for (Class<?> shared : List.of(ProtocolVerticle.class, PeerId.class, KeyPair.class, Machine.class, Vertx.class,
        String.class, org.slf4j.Logger.class, com.google.protobuf.ByteString.class,
        org.bouncycastle.crypto.digests.SHA256Digest.class, javax.net.ssl.SSLContext.class)) {
      assertSame(shared, loader.loadClass(shared.getName()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "io.peerbus.host.HostVerticle", "io.peerbus.net.TcpTransport", "io.peerbus.bus.BusHost",
      "io.peerbus.swarm.Upgrade", "io.peerbus.yamux.Session", "io.peerbus.noise.Handshake",
      "io.peerbus.launcher.Main", "org.jline.terminal.Terminal", "picocli.CommandLine",
      "ch.qos.logback.classic.Logger"})
  void coreInternalsAndTheLauncherCannotBeLoaded(String name) throws Exception {
    assertNotNull(Class.forName(name, false, getClass().getClassLoader()), "exists");
    ClassNotFoundException error = assertThrows(ClassNotFoundException.class, () -> loader.loadClass(name));
    assertEquals(name + " is neither in the jar of plugin:fixture@1.2 nor in a package that plugins share with the"
        + " node", error.getMessage());
  }

  @Test
  void classesOfTheJarComeFromTheJarAlsoWhenTheNodeHasOneOfThatName() throws Exception {
    Class<?> own = loader.loadClass("io.peerbus.launcher.Exit");
    assertSame(loader, own.getClassLoader());
    assertNotSame(io.peerbus.launcher.Exit.class, own);
    assertSame(own, loader.loadClass("io.peerbus.launcher.Exit"));
    assertEquals("plugin:fixture@1.2", own.getClassLoader().getName());
  }

  @Test
  void resourcesAreTheJarsOwnAndThoseOfSharedPackages() throws Exception {
    assertNotNull(loader.getResource("own.txt"));
    assertNull(loader.getResource("logback.xml"));
    assertNull(loader.getResource(HostVerticle.class.getName().replace('.', '/') + ".class"));
    assertNotNull(loader.getResource("io/vertx/core/Vertx.class"));
    assertEquals(1, Collections.list(loader.getResources("META-INF/services/io.peerbus.api.HostFactory")).size());
    assertFalse(Collections.list(loader.getResources("META-INF/services/io.vertx.core.spi.VerticleFactory"))
        .iterator().hasNext());
  }
}
