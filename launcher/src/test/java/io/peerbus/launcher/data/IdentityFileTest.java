package io.peerbus.launcher.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFileTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir
  private Path folder;

  private Path file() {
    return folder.resolve("a/b/identity.key");
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private StartException refusal(Path file) {
    StartException error = assertThrows(StartException.class,
        () -> IdentityFile.loadOrCreate(file, KeyType.ED25519, RANDOM));
    assertEquals(Exit.DATA, error.exit());
    return error;
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, names = {"ED25519", "SECP256K1"})
  void theFirstStartMakesAKeyOfThatTypeAndEveryOtherFindsIt(KeyType type) throws Exception {
    KeyPair key = IdentityFile.loadOrCreate(file(), type, RANDOM);
    assertEquals(type, key.publicKey().type());
    assertArrayEquals(key.toBytes(), Files.readAllBytes(file()), "libp2p's PrivateKey message");
    KeyType other = type == KeyType.ED25519 ? KeyType.SECP256K1 : KeyType.ED25519;
    assertEquals(key.publicKey().peerId(), IdentityFile.loadOrCreate(file(), other, RANDOM).publicKey().peerId());
  }

  @Test
  void theFileIsForItsOwnerAloneAndSoAreTheFolders() throws Exception {
    IdentityFile.loadOrCreate(file(), KeyType.ED25519, RANDOM);
    assertEquals("rw-------", mode(file()));
    assertEquals("rwx------", mode(file().getParent()));
    assertEquals("rwx------", mode(file().getParent().getParent()));
    try (var files = Files.list(file().getParent())) {
      assertEquals(List.of(file()), files.toList(), "no temporary file is left");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx", "rw---x---"})
  void aKeyThatOthersCanTouchIsRefusedWithTheCommandThatHelps(String mode) throws Exception {
    IdentityFile.loadOrCreate(file(), KeyType.ED25519, RANDOM);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
    assertEquals("identity key " + file() + " is open to other users of this machine (mode " + mode
        + "); close it with: chmod 600 " + file(), refusal(file()).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-------", "rwx------"})
  void aKeyOfItsOwnerAloneIsTaken(String mode) throws Exception {
    KeyPair key = IdentityFile.loadOrCreate(file(), KeyType.ED25519, RANDOM);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
    assertEquals(key.publicKey().peerId(), IdentityFile.load(file()).publicKey().peerId());
  }

  @Test
  void aDamagedKeyStopsTheNodeAndIsLeftAsItIs() throws Exception {
    byte[] good = IdentityFile.loadOrCreate(file(), KeyType.ED25519, RANDOM).toBytes();
    List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], new byte[20_000], "-----BEGIN".getBytes()));
    for (int length = 1; length < good.length; length++) {
      damaged.add(Arrays.copyOf(good, length));
    }
    for (byte[] bytes : damaged) {
      Files.write(file(), bytes);
      String message = refusal(file()).getMessage();
      assertTrue(message.startsWith("identity key " + file() + " is damaged or not a libp2p private key ("), message);
      assertArrayEquals(bytes, Files.readAllBytes(file()));
    }
  }

  @Test
  void aFolderInTheFilesPlaceIsRefused() throws Exception {
    Files.createDirectories(file());
    assertEquals("identity key " + file() + " is not a file", refusal(file()).getMessage());
  }

  @Test
  void aKeyIsNeverOverwritten() throws Exception {
    byte[] first = IdentityFile.create(file(), KeyType.ED25519, RANDOM).toBytes();
    assertThrows(FileAlreadyExistsException.class, () -> IdentityFile.create(file(), KeyType.ED25519, RANDOM));
    assertArrayEquals(first, Files.readAllBytes(file()));
  }

  @Test
  void ofManyAtOnceOneMakesTheKeyAndAllGetIt() throws Exception {
    int many = 16;
    CountDownLatch go = new CountDownLatch(1);
    List<Object> ids = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      threads.add(new Thread(() -> {
        try {
          go.await();
          ids.add(IdentityFile.loadOrCreate(file(), KeyType.ED25519, RANDOM).publicKey().peerId());
        } catch (StartException | InterruptedException e) {
          ids.add(e);
        }
      }));
    }
    threads.forEach(Thread::start);
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(Collections.nCopies(many, ids.get(0)), ids);
  }
}
