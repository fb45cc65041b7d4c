package io.peerbus.launcher.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir
  private Path folder;

  private Path file() {
    return folder.resolve("a/bridge.token");
  }

  private StartException refusal() {
    StartException error = assertThrows(StartException.class, () -> TokenFile.loadOrCreate(file(), RANDOM));
    assertEquals(Exit.DATA, error.exit());
    return error;
  }

  private void write(String text, String mode) throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), text);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
  }

  @Test
  void theFirstUseMakesATokenForItsOwnerAndEveryOtherFindsIt() throws Exception {
    String token = TokenFile.loadOrCreate(file(), RANDOM);
    assertTrue(token.matches("[A-Za-z0-9_-]{43}"), "32 bytes");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())));
    assertEquals(token, TokenFile.loadOrCreate(file(), RANDOM));
    assertNotEquals(token, TokenFile.loadOrCreate(folder.resolve("other"), RANDOM));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw-----w-", "rw----r--"})
  void aTokenThatOthersMayKnowIsRefusedAndLeftAsItIs(String mode) throws Exception {
    String token = TokenFile.loadOrCreate(file(), RANDOM);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
    assertTrue(refusal().getMessage().contains("open to other users of this machine (mode " + mode + ")"));
    assertEquals(token, Files.readString(file()).strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "short", "with a space in it, but long enough", "ümläuts-are-not-visible-ascii"})
  void whatIsNoTokenIsRefused(String text) throws Exception {
    write(text, "rw-------");
    assertTrue(refusal().getMessage().contains("holds no token"));
  }

  @Test
  void aLongFileIsNotRead() throws Exception {
    write("x".repeat(513), "rw-------");
    assertTrue(refusal().getMessage().contains("22 to 512"));
  }

  @Test
  void aFolderInItsPlaceIsRefused() throws Exception {
    Files.createDirectories(file());
    assertTrue(refusal().getMessage().contains("is not a file"));
  }

  @Test
  void oneOfOnesOwnIsTaken() throws Exception {
    write("  my-own-token-of-enough-length\n", "r--------");
    assertEquals("my-own-token-of-enough-length", TokenFile.loadOrCreate(file(), RANDOM));
  }
}
