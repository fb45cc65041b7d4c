package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.PeerInfo;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.crypto.PeerRecord;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node that keeps its peers knows them after a restart. */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class PeerKeeperTest {

  private static final KeyPair BOB = KeyPair.generate(KeyType.ED25519, new SecureRandom());
  private static final Multiaddr FAR = Multiaddr.tcp("192.0.2.1", 4001);
  private static final Multiaddr FARTHER = Multiaddr.tcp("192.0.2.2", 4001);

  @TempDir
  Path folder;
  private final KeyPair identity = KeyPair.generate(KeyType.ED25519, new SecureRandom());
  private Vertx vertx;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
  }

  private Node node(int redial) {
    return Nodes.start(vertx, Nodes.options("alice")
        .setPeers(new PeerSources("", folder.resolve("data/peers.mv").toString(), redial)), identity);
  }

  private void stop(Node node) {
    await(vertx.undeploy(node.deployment()));
  }

  private static PeerInfo told(Multiaddr... addresses) {
    return new PeerInfo(BOB.publicKey().peerId(), false, false, List.of(addresses), List.of("/chat/1"), "bob", "v1");
  }

  private static Buffer record(long seq, Multiaddr... addresses) {
    return Buffer.buffer(new PeerRecord(BOB.publicKey().peerId(), seq, List.of(addresses)).seal(BOB).toBytes());
  }

  private JsonObject ask(JsonObject request) {
    return await(vertx.eventBus().<JsonObject>request("peerbus.alice.control", request)).body();
  }

  @Test
  void whatIdentifyToldIsKnownAfterARestart() {
    Node before = node(0);
    before.on(() -> before.host().identified(told(FAR), record(5, FAR)));
    stop(before);
    Node after = node(0);
    PeerInfo known = after.on(() -> after.host().peer(BOB.publicKey().peerId()));
    assertEquals(told(FAR), known);
    assertEquals(List.of(known), after.on(() -> after.host().known("/chat/1", 10)));
    assertEquals(List.of(), after.on(() -> after.host().known("/chat/2", 10)));
    assertEquals(Failure.BAD_REQUEST, assertThrows(FailureException.class,
        () -> after.on(() -> after.host().known("", 0))).failure());
    JsonObject peer = ask(new JsonObject().put("op", "peer").put("peer", BOB.publicKey().peerId().toString()));
    assertArrayEquals(record(5, FAR).getBytes(), peer.getBuffer("signedPeerRecord").getBytes());
  }

  /** Its number is kept too: a record that somebody has kept from before does not bring old addresses back. */
  @Test
  void anOlderSignedRecordDoesNotCountAfterARestartEither() {
    Node before = node(0);
    before.on(() -> before.host().identified(told(FAR), record(5, FAR)));
    stop(before);
    Node after = node(0);
    after.on(() -> after.host().identified(told(FARTHER), record(4, FARTHER)));
    assertEquals(List.of(FAR), after.on(() -> after.host().peer(BOB.publicKey().peerId())).addresses());
    after.on(() -> after.host().identified(told(FARTHER), record(6, FARTHER)));
    assertEquals(List.of(FARTHER), after.on(() -> after.host().peer(BOB.publicKey().peerId())).addresses());
  }

  @Test
  void aPeerThatWasConnectedIsDialledAgainWithoutAnyBootstrap() {
    Node bob = Nodes.start(vertx, "bob");
    Node before = node(4);
    Multiaddr toBob = bob.address();
    before.on(() -> before.host().connect(toBob));
    stop(before);
    Nodes.eventually(bob, "it is gone", () -> bob.on(bob.host()::peers).isEmpty());
    Node after = node(4);
    Nodes.eventually(after, "bob is back", () -> !after.on(after.host()::peers).isEmpty());
    assertEquals(bob.host().id(), after.on(after.host()::peers).get(0).peer());
  }

  /** What another process did to it, or the disk. */
  @Test
  void aNodeStartsWithADamagedFileAndWithOneThatItCannotUse() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/peers.mv"), "no database");
    Node node = node(0);
    node.on(() -> node.host().identified(told(FAR)));
    stop(node);
    try (PeerDisk other = PeerDisk.open(folder.resolve("data/peers.mv"))) {
      Node without = node(0);
      assertThrows(FailureException.class, () -> without.on(() -> without.host().peer(BOB.publicKey().peerId())));
      stop(without);
      assertTrue(other.fileBytes() > 0);
    }
    Node again = node(0);
    assertEquals(List.of(FAR), again.on(() -> again.host().peer(BOB.publicKey().peerId())).addresses());
  }

  /** Written while it runs, not only at its end. */
  @Test
  void whatChangedIsWrittenBehind() throws Exception {
    Node node = node(0);
    node.on(() -> node.host().identified(told(FAR)));
    Path copy = folder.resolve("copy.mv");
    Nodes.eventually(node, "it is on the disk", () -> holdsBob(copy));
    stop(node);
  }

  private boolean holdsBob(Path copy) {
    boolean[] there = new boolean[1];
    try {
      Files.write(copy, Files.readAllBytes(folder.resolve("data/peers.mv")));
      try (PeerDisk disk = PeerDisk.open(copy)) {
        disk.forEach((key, value) -> there[0] |= key.equals(BOB.publicKey().peerId().toString()));
      }
      Files.delete(copy);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return there[0];
  }
}
