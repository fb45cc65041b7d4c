package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A stream is taken in all of its scopes or in none, and the first without room is named. */
class ScopesTest {

  private static final PeerId ALICE = peer();
  private static final PeerId BOB = peer();
  private static final int FREE = (int) Holding.FREE;

  private final Refusals refusals = new Refusals(event -> { });
  private final Account echo = new Account("echo", new Budget(100, 64 << 20));

  private static PeerId peer() {
    return KeyPair.generate(KeyType.ED25519, new SecureRandom()).publicKey().peerId();
  }

  private Scopes scopes(int streams, int perPeer, int perProtocol, long bytes, long perPeerBytes) {
    return new Scopes(new Capacity(streams, perPeer, perProtocol, bytes, perPeerBytes), refusals);
  }

  private void assertRefused(String message, Supplier<Holding> stream) {
    FailureException refusal = assertThrows(FailureException.class, stream::get);
    assertEquals(Failure.LIMIT_REACHED, refusal.failure());
    assertEquals(message, refusal.getMessage());
  }

  private static void assertEmpty(Scopes scopes, Account... accounts) {
    assertEquals(0, scopes.node().streams());
    assertEquals(0, scopes.node().bytes());
    assertEquals(0, scopes.protocols());
    for (Account account : accounts) {
      assertEquals(0, account.toJson().getInteger("streams"));
      assertEquals(0L, account.toJson().getLong("bytesInFlight"));
    }
  }

  @Test
  void eachLimitIsNamedByItsNameInTheConfig() {
    Scopes scopes = scopes(4, 2, 1, 0, 0);
    PeerScope alice = scopes.enter(ALICE);
    PeerScope bob = scopes.enter(BOB);
    Holding first = scopes.accept(echo, alice, "/a");
    assertRefused("capacity.streamsPerProtocol: 1 streams of peers for /a", () -> scopes.accept(echo, bob, "/a"));
    Holding second = scopes.accept(echo, alice, "/b");
    assertRefused("capacity.streamsPerPeer: 2 streams with " + ALICE, () -> scopes.open(echo, alice));
    Holding third = scopes.open(echo, bob);
    Holding fourth = scopes.open(echo, bob);
    assertRefused("capacity.streams: 4 streams in all", () -> scopes.accept(echo, bob, "/c"));
    assertEquals(4, scopes.node().streams());
    assertEquals(new JsonObject().put("capacity.streams", 1L).put("capacity.streamsPerPeer", 1L)
        .put("capacity.streamsPerProtocol", 1L), refusals.toJson());
    for (Holding each : List.of(first, second, third, fourth, first)) {
      each.close();
    }
    assertEmpty(scopes, echo);
    scopes.leave(alice);
    scopes.leave(bob);
    assertEquals(0, scopes.peers());
  }

  @Test
  void ofAPluginsBudgetAPeerHasAsMuchAsItLeavesFree() {
    Scopes scopes = scopes(1_000, 1_000, 1_000, 0, 0);
    PeerScope alice = scopes.enter(ALICE);
    PeerScope bob = scopes.enter(BOB);
    int alices = fill(scopes, alice);
    assertEquals(51, alices);
    int bobs = fill(scopes, bob);
    assertEquals(25, bobs);
    assertEquals(0, fill(scopes, alice), "and no more of it for the first");
    scopes.open(echo, alice);
    assertEquals(77, echo.toJson().getInteger("streams"), "what the plugin opens is its own affair");
    assertTrue(refusals.toJson().getLong("budget") >= 3);
  }

  /** Answers how many streams the peer got. */
  private int fill(Scopes scopes, PeerScope peer) {
    for (int i = 0; ; i++) {
      try {
        scopes.accept(echo, peer, "/a");
      } catch (FailureException e) {
        assertTrue(e.getMessage().startsWith("plugin echo leaves one peer no more than "), e.getMessage());
        return i;
      }
    }
  }

  @Test
  void connectionsOfOnePeerShareItsScope() {
    Scopes scopes = scopes(10, 2, 10, 0, 0);
    PeerScope one = scopes.enter(ALICE);
    PeerScope other = scopes.enter(ALICE);
    scopes.open(echo, one);
    scopes.open(echo, other);
    assertThrows(FailureException.class, () -> scopes.open(echo, one));
    scopes.leave(one);
    assertEquals(1, scopes.peers());
    scopes.leave(other);
    assertEquals(0, scopes.peers());
  }

  @Test
  void bytesThatWaitAreBoundedInAllAndForAPeer() {
    Scopes scopes = scopes(10, 10, 10, 3 << 20, 2 << 20);
    PeerScope alice = scopes.enter(ALICE);
    PeerScope bob = scopes.enter(BOB);
    Holding first = scopes.open(echo, alice);
    assertTrue(first.add(FREE + (2 << 20)));
    assertEquals(2 << 20, alice.scope().bytes());
    Holding second = scopes.open(echo, alice);
    assertTrue(second.add(FREE));
    assertFalse(second.add(1));
    assertEquals("capacity.bytesPerPeer: 2097152 bytes wait of and for " + ALICE, second.refusal().getMessage());
    Holding third = scopes.open(echo, bob);
    assertFalse(third.add(FREE + (1 << 20) + 1));
    assertEquals("capacity.bytes: 3145728 bytes wait in all", third.refusal().getMessage());
    first.remove(2 << 20);
    assertEquals(Holding.GRANULE, scopes.node().bytes(), "one is kept in hand");
    for (Holding each : List.of(first, second, third)) {
      each.close();
    }
    assertEmpty(scopes, echo);
  }

  @Test
  void anotherCapacityHoldsForWhatComesNext() {
    Scopes scopes = scopes(1, 1, 1, 0, 0);
    PeerScope alice = scopes.enter(ALICE);
    scopes.open(echo, alice);
    scopes.setCapacity(Capacity.DEFAULT);
    scopes.open(echo, alice);
    assertTrue(scopes.capacity().bytes() > 0, "what is left open follows from the heap");
  }

  /** Every sum is that of what is open, whatever is refused in between, and nothing is left of it in the end. */
  @Property(tries = 150)
  void theSumsAreThoseOfTheStreams(@ForAll long seed) {
    Random random = new Random(seed);
    Scopes scopes = scopes(1 + random.nextInt(12), 1 + random.nextInt(8), 1 + random.nextInt(6), 2 << 20, 1 << 20);
    Account[] plugins = {new Account("a", new Budget(1 + random.nextInt(8), 1 << 20)), new Account("b", Budget.DEFAULT)};
    PeerScope[] peers = {scopes.enter(ALICE), scopes.enter(BOB)};
    List<Holding> open = new ArrayList<>();
    List<long[]> held = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int which = open.isEmpty() ? 0 : random.nextInt(open.size());
      if (random.nextInt(3) == 0) {
        try {
          Account plugin = plugins[random.nextInt(2)];
          PeerScope peer = peers[random.nextInt(2)];
          open.add(random.nextBoolean() ? scopes.open(plugin, peer)
              : scopes.accept(plugin, peer, "/" + random.nextInt(2)));
          held.add(new long[1]);
        } catch (FailureException e) {
          assertEquals(Failure.LIMIT_REACHED, e.failure());
        }
      } else if (!open.isEmpty() && (random.nextInt(4) == 0 || open.get(which).isExceeded())) {
        open.remove(which).close();
        held.remove(which);
      } else if (!open.isEmpty() && random.nextBoolean()) {
        int bytes = random.nextInt(300_000);
        held.get(which)[0] += bytes;
        open.get(which).add(bytes);
      } else if (!open.isEmpty()) {
        long bytes = random.nextLong(held.get(which)[0] + 1);
        held.get(which)[0] -= bytes;
        open.get(which).remove(bytes);
      }
      assertEquals(open.size(), scopes.node().streams());
      assertEquals(open.size(), peers[0].scope().streams() + peers[1].scope().streams());
      assertEquals(scopes.node().bytes(), peers[0].scope().bytes() + peers[1].scope().bytes());
      long counted = plugins[0].toJson().getLong("bytesInFlight") + plugins[1].toJson().getLong("bytesInFlight");
      assertTrue(scopes.node().bytes() <= counted + 2 * Holding.GRANULE * open.size());
      assertTrue(scopes.node().bytes() <= scopes.capacity().bytes());
    }
    open.forEach(Holding::close);
    assertEmpty(scopes, plugins);
  }

  @Test
  void fromSeveralThreadsExactlyAsManyAreTakenAsThereMayBe() throws Exception {
    Scopes scopes = scopes(1_000, 1_000, 700, 0, 0);
    Account plugin = new Account("busy", new Budget(100_000, 1 << 20));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Holding>>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        PeerScope peer = scopes.enter(i % 2 == 0 ? ALICE : BOB);
        all.add(threads.submit(() -> {
          List<Holding> taken = new ArrayList<>();
          for (int j = 0; j < 2_000; j++) {
            try {
              taken.add(scopes.accept(plugin, peer, "/a"));
            } catch (FailureException e) {
              assertEquals(Failure.LIMIT_REACHED, e.failure());
            }
            if (j % 3 == 0 && !taken.isEmpty()) {
              taken.remove(taken.size() - 1).close();
            }
          }
          return taken;
        }));
      }
      List<Holding> open = new ArrayList<>();
      for (Future<List<Holding>> each : all) {
        open.addAll(each.get());
      }
      assertEquals(700, open.size());
      open.forEach(Holding::close);
      assertEmpty(scopes, plugin);
    } finally {
      threads.shutdownNow();
    }
  }
}
