package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One DHT of thirty servers of all implementations. Each kind reads what each kind wrote; then a third of them dies,
 * and others come.
 *
 * <p>What ours take part in has to pass, and all thirty have to find the nearest. What else fails between two foreign
 * implementations stands in the table with its reason: it is a fact about them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(900)
class DhtInteropIT {

  private static final String VALUE = "value";
  private static final String PUBLIC_KEY = "public key";
  private static final String PROVIDER = "provider";
  private static final String ADDRESS = "address";
  private static final String NEAREST = "nearest";

  private static final String TEXT_ONLY = "py-libp2p";

  /** A lookup may meet a busy peer, and each node finds its place in its own time. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  /** Of what is not required. */
  private static final Duration FOREIGN_PATIENCE = Duration.ofSeconds(10);

  /** Something in the DHT. {@code value} is {@code null} of a provider. */
  private record Published(byte[] key, byte[] value, DhtNode writer, DhtNode reader, List<DhtNode> holders) {}

  @TempDir
  static Path folder; // of the class: nodes start in several tests
  private final DhtTable table = new DhtTable();
  private final List<String> faults = new ArrayList<>();
  private final List<Published> published = new ArrayList<>();
  private DhtNetwork network;
  private boolean formed;

  @AfterAll
  void end() {
    table.close();
    if (network != null) {
      network.close();
    }
  }

  @Test
  @Order(1)
  @Timeout(1900) // peers may have to be compiled first
  void thirtyServersOfAllKindsJoin() {
    network = new DhtNetwork(folder);
    network.start(new Peers());
    network.alive().forEach(table::addKind);
    assertTrue(network.alive().size() >= 30, () -> network.alive().size() + " servers");
    formed = true;
  }

  @Test
  @Order(2)
  void everyServerFindsTheTwentyThatAreTrulyNearestInTheirOrder() {
    requireNetwork();
    network.alive().forEach(node -> findsTheNearest(node, DhtTable.NEAREST));
    noFaults();
  }

  @Test
  @Order(3)
  void whatOneKindPutsEveryKindGets() {
    requireNetwork();
    forEachPair((writer, reader) -> {
      byte[] key = network.recordKey(label(writer, reader), writer, reader);
      Published value = new Published(key, bytes(label(writer, reader)), writer, reader, network.holders(key, writer));
      check(writer, reader, reader.kind(), VALUE, () -> {
        writer.put(key, value.value());
        assertArrayEquals(value.value(), reader.get(key));
      });
      published.add(value);
    });
    noFaults();
  }

  /** The namespace of the public network that all have. py-libp2p 0.8 has it too, but takes keys of UTF-8 only. */
  @Test
  @Order(4)
  void publicKeysPassBetweenAllThatTakeKeysOfBytes() {
    requireNetwork();
    forEachPair((writer, reader) -> {
      if (List.of(writer, reader).stream().noneMatch(node -> node.kind().equals(TEXT_ONLY))) {
        byte[] id = network.identity(writer, reader);
        byte[] value = DhtNetwork.publicKey(id);
        check(writer, reader, reader.kind(), PUBLIC_KEY, () -> {
          writer.put(DhtNetwork.publicKeyName(id), value);
          assertArrayEquals(value, reader.get(DhtNetwork.publicKeyName(id)));
        });
      }
    });
    noFaults();
  }

  @Test
  @Order(5)
  void whatOneKindProvidesEveryKindFinds() {
    requireNetwork();
    forEachPair((writer, reader) -> {
      byte[] key = network.contentKey(label(writer, reader), writer, reader);
      Published content = new Published(key, null, writer, reader, network.holders(key, writer));
      check(writer, reader, reader.kind(), PROVIDER, () -> {
        writer.provide(key);
        assertEquals(List.of(writer.id()), reader.findProviders(key));
      });
      published.add(content);
    });
    noFaults();
  }

  @Test
  @Order(6)
  void aServerOfEachKindIsFoundByEveryKind() {
    requireNetwork();
    forEachPair((sought, reader) -> finds(reader, sought, reader.kind()));
    noFaults();
  }

  @Test
  @Order(7)
  void withAThirdGoneAllValuesAndProvidersAreStillFound() {
    requireNetwork();
    int before = network.alive().size();
    List<DhtNode> killed = network.killAThird();
    assertEquals(before / 3, killed.size());
    for (Published each : published) {
      DhtNode reader = another(each);
      check(each.writer(), reader, DhtTable.THIRD_GONE, each.value() == null ? PROVIDER : VALUE,
          () -> reads(reader, each));
    }
    network.byKind().values().forEach(kind -> findsTheNearest(kind.get(0), DhtTable.THIRD_GONE));
    noFaults();
  }

  @Test
  @Order(8)
  void newServersOfEachKindTakeTheirPlace() {
    requireNetwork();
    Map<String, List<DhtNode>> old = network.byKind();
    for (DhtNode newcomer : network.addOneOfEach(network.alive().get(0))) {
      findsTheNearest(newcomer, DhtTable.JOINED_LATER);
      old.values().forEach(kind -> {
        DhtNode reader = kind.get(0);
        finds(reader, newcomer, DhtTable.JOINED_LATER);
        byte[] key = network.recordKey("new-" + label(newcomer, reader), newcomer, reader);
        check(newcomer, reader, DhtTable.JOINED_LATER, VALUE, () -> {
          newcomer.put(key, key);
          assertArrayEquals(key, reader.get(key));
        });
      });
      for (Published each : published) {
        check(each.writer(), newcomer, DhtTable.JOINED_LATER, each.value() == null ? PROVIDER : VALUE,
            () -> reads(newcomer, each));
      }
    }
    noFaults();
  }

  private void requireNetwork() {
    Assumptions.assumeTrue(formed, "there is no network");
  }

  /** All ordered pairs of kinds, each kind with itself too, by two different nodes. */
  private void forEachPair(BiConsumer<DhtNode, DhtNode> action) {
    List<List<DhtNode>> kinds = List.copyOf(network.byKind().values());
    for (int i = 0; i < kinds.size(); i++) {
      for (int j = 0; j < kinds.size(); j++) {
        List<DhtNode> writers = kinds.get(i);
        List<DhtNode> readers = kinds.get(j);
        int other = i == j ? j + 1 : i;
        action.accept(writers.get(j % writers.size()), readers.get(other % readers.size()));
      }
    }
  }

  private static String label(DhtNode writer, DhtNode reader) {
    return writer.kind() + "-" + reader.kind();
  }

  private static byte[] bytes(String text) {
    return ("a value of " + text).getBytes(StandardCharsets.UTF_8);
  }

  private static void reads(DhtNode reader, Published each) {
    if (each.value() == null) {
      assertEquals(List.of(each.writer().id()), reader.findProviders(each.key()));
    } else {
      assertArrayEquals(each.value(), reader.get(each.key()));
    }
  }

  /** One of the same kind as the reader, best one that has nothing of it and must ask. */
  private DhtNode another(Published each) {
    return network.byKind().get(each.reader().kind()).stream().filter(node -> node != each.writer())
        .min(Comparator.comparing((DhtNode node) -> each.holders().contains(node))
            .thenComparing(node -> node == each.reader())).orElseThrow();
  }

  private void findsTheNearest(DhtNode node, String column) {
    byte[] key = bytes("place of " + column.length() + node.id().substring(node.id().length() - 8));
    List<DhtNode> expected = network.nearest(key, node).stream().limit(DhtNetwork.K).toList();
    check(node, node, column, NEAREST, () -> {
      List<String> found = node.closest(key);
      if (!expected.stream().map(DhtNode::id).toList().equals(found)) {
        throw new AssertionError(difference(expected, found));
      }
    });
  }

  private String difference(List<DhtNode> expected, List<String> found) {
    Map<String, Long> missing = expected.stream().filter(node -> !found.contains(node.id()))
        .collect(Collectors.groupingBy(DhtNode::kind, TreeMap::new, Collectors.counting()));
    long gone = found.stream().filter(id -> network.alive().stream().noneMatch(node -> node.id().equals(id))).count();
    return missing.isEmpty() && found.size() == expected.size() ? "the right ones in another order"
        : found.size() + " found, " + gone + " of them gone, missing: " + missing;
  }

  private void finds(DhtNode reader, DhtNode sought, String column) {
    String expected = sought.address().substring(0, sought.address().indexOf("/p2p/"));
    check(sought, reader, column, ADDRESS, () -> {
      List<String> addresses = reader.findPeer(sought.id());
      if (!addresses.contains(expected)) {
        throw new AssertionError(expected + " is not in " + addresses);
      }
    });
  }

  /** Tries until it is so, and notes what came of it. */
  private void check(DhtNode of, DhtNode by, String column, String what, Runnable attempt) {
    boolean required = column.equals(DhtTable.NEAREST) || List.of(of.kind(), by.kind()).contains(LocalDhtNode.KIND);
    long began = System.nanoTime();
    long patience = (required ? PATIENCE : FOREIGN_PATIENCE).toNanos();
    String first = tryOnce(attempt);
    String reason = first;
    int attempts = 1;
    for (; reason != null && System.nanoTime() - began < patience; attempts++) {
      network.pause();
      reason = tryOnce(attempt);
    }
    if (attempts > 1) {
      System.out.println("interop: dht: " + column + ": " + what + " of " + of.kind() + " by " + by.kind() + ": "
          + attempts + " attempts, the first one: " + first + (reason == null ? "" : ", the last one: " + reason));
    }
    table.note(of.kind(), column, what, reason == null ? null : "by " + by.kind() + ": " + reason);
    if (required && reason != null) {
      faults.add(what + " of " + of.kind() + " by " + by.kind() + ": " + reason);
    }
  }

  private static String tryOnce(Runnable attempt) {
    try {
      attempt.run();
      return null;
    } catch (AssertionError e) {
      return e.getMessage();
    }
  }

  private void noFaults() {
    List<String> found = List.copyOf(faults);
    faults.clear();
    assertEquals(List.of(), found);
  }
}
