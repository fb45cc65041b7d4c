package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.launcher.config.PluginPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarSignerTest {

  @TempDir
  private Path folder;
  private Path work;
  private Path jar;

  @BeforeEach
  void makeFolders() throws Exception {
    work = Files.createDirectory(folder.resolve("work"));
    jar = Fixture.good().withEntry("folder/", new byte[0]).withEntry("é/naïve.txt", new byte[] {1, 2, 3})
        .write(folder.resolve("a.jar"));
  }

  private void sign(KeyPair key, Path target) throws PluginException {
    JarSigner.sign(jar, key, target, work);
  }

  private WorkingCopy verified(Path file) throws PluginException {
    try (WorkingCopy copy = WorkingCopy.of(file, folder.resolve("copies"), Signed.ONLY_PUBLISHER)) {
      return copy;
    }
  }

  private List<String> files() throws Exception {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aJarIsSignedInPlaceOrElsewhereWithTheSameBytes() throws Exception {
    byte[] unsigned = Files.readAllBytes(jar);
    sign(Signed.PUBLISHER, folder.resolve("b.jar"));
    assertArrayEquals(unsigned, Files.readAllBytes(jar));
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    sign(Signed.PUBLISHER, jar);
    assertArrayEquals(Files.readAllBytes(folder.resolve("b.jar")), Files.readAllBytes(jar));
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(jar)));
    assertEquals(Signed.PUBLISHER.publicKey().peerId(), verified(jar).publisher());
    assertEquals(List.of("a.jar", "b.jar", "copies", "work"), files());
  }

  @Test
  void anOlderSignatureIsReplacedAlsoABadOne() throws Exception {
    sign(Signed.PUBLISHER, jar);
    byte[] signed = Files.readAllBytes(jar);
    sign(Signed.STRANGER, jar);
    assertThrows(PluginException.class, () -> verified(jar));
    sign(Signed.PUBLISHER, jar);
    assertArrayEquals(signed, Files.readAllBytes(jar));
    Signed.sign(Signed.PUBLISHER, Fixture.good()).withEntry("more", new byte[1]).write(jar);
    assertThrows(PluginException.class, () -> verified(jar));
    sign(Signed.PUBLISHER, jar);
    verified(jar);
  }

  @Test
  void aJarWithEntriesThatAreNotPackedIsSignedToo() throws Exception {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (var entry : Fixture.entries(Fixture.good()).entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        out.putNextEntry(stored);
        out.write(entry.getValue());
      }
    }
    sign(Signed.PUBLISHER, jar);
    verified(jar);
  }

  @Test
  void aJarWithoutTimesIsSignedToo() throws Exception {
    byte[] bytes = Files.readAllBytes(jar);
    for (String name : Fixture.entries(Fixture.good()).keySet()) {
      int time = ZipPatch.record(bytes, name) + 12; // and the date after it
      bytes = ZipPatch.setShort(ZipPatch.setShort(bytes, time, 0), time + 2, 0);
    }
    Files.write(jar, bytes);
    sign(Signed.PUBLISHER, jar);
    verified(jar);
  }

  @Test
  void whatNoNodeWouldTakeIsNotSignedAndLeftAsItIs() throws Exception {
    byte[] bad = Fixture.good().withAttribute("Class-Path", "x.jar").bytes();
    Files.write(jar, bad);
    PluginException error = assertThrows(PluginException.class, () -> sign(Signed.PUBLISHER, jar));
    assertTrue(error.getMessage().startsWith("a.jar has a Class-Path"), error.getMessage());
    assertArrayEquals(bad, Files.readAllBytes(jar));
    assertEquals(List.of("a.jar", "work"), files());
  }

  @Test
  void aKeyOfAnotherTypeOrAMissingJarIsRefused() {
    KeyPair other = KeyPair.generate(KeyType.SECP256K1, new SecureRandom());
    assertEquals("publishers' keys are of type ed25519: make one with: peerbus key generate FILE",
        assertThrows(PluginException.class, () -> sign(other, jar)).getMessage());
    jar = folder.resolve("missing.jar");
    assertEquals(jar + " is not there",
        assertThrows(PluginException.class, () -> sign(Signed.PUBLISHER, jar)).getMessage());
  }

  @Test
  void theSignatureIsWhatItsDescriptionSays() throws Exception {
    sign(Signed.PUBLISHER, jar);
    var contents = JarScan.of("a.jar", jar, WorkingCopy.TEXTS);
    var names = List.copyOf(contents.digests().keySet());
    assertEquals(List.of("META-INF/MANIFEST.MF", PluginSignature.ENTRY, "fixture/Main.class", "folder/", "é/naïve.txt"),
        names);
    try (WorkingCopy copy = WorkingCopy.of(jar, work, PluginPolicy.OPEN)) {
      assertEquals(Sha256.of(jar), copy.sha256());
    }
  }
}
