package io.peerbus.interop;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * A DHT of servers of all implementations that there are, each on a loopback address of its own. What is missing of the
 * foreign ones, ours make up for. Used by one test's thread.
 */
final class DhtNetwork implements AutoCloseable {

  /** Peers that a lookup ends with, and that keep a record: k of the specification. */
  static final int K = 20;

  private static final int SIZE = 30;
  private static final int EACH = 4;
  /** At a time: the machine is small, and some take seconds to start. */
  private static final int STARTING = 4;
  private static final int FIRST_HOST = 2;
  private static final int PAUSE_MILLIS = 250;
  private static final byte[] SHA2_256 = {0x12, 0x20};

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final Map<Language, Path> executables = new LinkedHashMap<>();
  private final List<DhtNode> alive = new ArrayList<>();
  private int hosts = FIRST_HOST;

  DhtNetwork(Path folder) {
    this.folder = folder;
    LocalDhtNode.judge(vertx);
  }

  /** Starts all of them, and has each join through the first of ours and the first foreign one. */
  void start(Peers peers) {
    for (Language language : Language.chosen()) {
      try {
        executables.put(language, peers.executable(language));
      } catch (TestAbortedException e) {
        System.out.println("interop: DhtInteropIT without a peer: " + e.getMessage());
      }
    }
    Assumptions.assumeFalse(executables.isEmpty(), "no foreign peer at all");
    List<Supplier<DhtNode>> starting = new ArrayList<>();
    for (int i = 0; i < SIZE - EACH * executables.size(); i++) {
      starting.add(local());
    }
    executables.forEach((language, executable) -> {
      for (int i = 0; i < EACH; i++) {
        starting.add(foreign(language, executable));
      }
    });
    List<DhtNode> started = inParallel(starting);
    DhtNode first = started.get(0);
    DhtNode foreign = started.stream().filter(node -> !node.kind().equals(first.kind())).findFirst().orElseThrow();
    join(started, List.of(first, foreign));
  }

  /** One more of each kind, which join through this one. */
  List<DhtNode> addOneOfEach(DhtNode bootstrap) {
    List<Supplier<DhtNode>> starting = new ArrayList<>();
    starting.add(local());
    executables.forEach((language, executable) -> starting.add(foreign(language, executable)));
    List<DhtNode> started = inParallel(starting);
    join(started, List.of(bootstrap));
    return started;
  }

  private Supplier<DhtNode> local() {
    int host = hosts++;
    return () -> LocalDhtNode.start(vertx, "dht" + host, listen(host), folder("dht" + host));
  }

  private Supplier<DhtNode> foreign(Language language, Path executable) {
    int host = hosts++;
    return () -> ForeignDhtNode.start(executable, "dht-" + language.id() + "-" + host, listen(host));
  }

  private static String listen(int host) {
    return "/ip4/127.0.0." + host + "/tcp/0";
  }

  private Path folder(String name) {
    try {
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<DhtNode> inParallel(List<Supplier<DhtNode>> starting) {
    ExecutorService threads = Executors.newFixedThreadPool(STARTING);
    try {
      List<CompletableFuture<DhtNode>> nodes = starting.stream()
          .map(each -> CompletableFuture.supplyAsync(each, threads)).toList();
      List<DhtNode> started = new ArrayList<>();
      // When one fails the others are waited for as well: they have to be stopped.
      CompletableFuture.allOf(nodes.toArray(CompletableFuture[]::new)).exceptionally(e -> null).join();
      nodes.stream().filter(node -> !node.isCompletedExceptionally()).forEach(node -> started.add(node.join()));
      alive.addAll(started);
      nodes.forEach(CompletableFuture::join);
      return started;
    } finally {
      threads.shutdown();
    }
  }

  private static void join(List<DhtNode> nodes, List<DhtNode> bootstrap) {
    for (DhtNode node : nodes) {
      node.join(bootstrap.stream().filter(other -> other != node).map(DhtNode::address).toList());
    }
  }

  /** A third of those that live, as many of each kind, among them the one that most joined through. Who that was. */
  List<DhtNode> killAThird() {
    int third = alive.size() / 3;
    List<DhtNode> killed = new ArrayList<>();
    for (List<DhtNode> ofKind : byKind().values()) {
      killed.addAll(ofKind.subList(0, ofKind.size() / 3));
    }
    alive.stream().filter(node -> !killed.contains(node)).limit(third - killed.size()).toList().forEach(killed::add);
    killed.forEach(DhtNode::close);
    alive.removeAll(killed);
    return killed;
  }

  List<DhtNode> alive() {
    return List.copyOf(alive);
  }

  /** Waits a moment, before something is tried again. */
  void pause() {
    Nodes.await(vertx.timer(PAUSE_MILLIS).mapEmpty());
  }

  /** Those that live, of each kind in the order in which they were started. */
  Map<String, List<DhtNode>> byKind() {
    Map<String, List<DhtNode>> kinds = new LinkedHashMap<>();
    alive.forEach(node -> kinds.computeIfAbsent(node.kind(), kind -> new ArrayList<>()).add(node));
    return kinds;
  }

  /** Those that live, but this one, nearest to the key first. */
  List<DhtNode> nearest(byte[] key, DhtNode but) {
    return alive.stream().filter(node -> node != but).sorted(DhtNode.byDistance(key)).toList();
  }

  /** Those that are to keep what this one puts. */
  List<DhtNode> holders(byte[] key, DhtNode writer) {
    List<DhtNode> nearest = nearest(key, writer);
    return nearest.subList(0, Math.min(K, nearest.size()));
  }

  /** The key of a record that will not be kept by the reader, so that it has to ask for it. */
  byte[] recordKey(String label, DhtNode writer, DhtNode reader) {
    return farKey(writer, reader, i -> ("/interop/" + label + "-" + i).getBytes(StandardCharsets.UTF_8));
  }

  /** The same of content: a multihash. */
  byte[] contentKey(String label, DhtNode writer, DhtNode reader) {
    return farKey(writer, reader,
        i -> concat(SHA2_256, Echo.sha256().digest((label + i).getBytes(StandardCharsets.UTF_8))));
  }

  /** The id of an Ed25519 key of nobody, whose record the reader will not keep. */
  byte[] identity(DhtNode writer, DhtNode reader) {
    SecureRandom random = new SecureRandom();
    while (true) {
      byte[] id = KeyPair.generate(KeyType.ED25519, random).publicKey().peerId().toBytes();
      if (!holders(publicKeyName(id), writer).contains(reader)) {
        return id;
      }
    }
  }

  static byte[] publicKeyName(byte[] id) {
    return concat("/pk/".getBytes(StandardCharsets.UTF_8), id);
  }

  /** An Ed25519 id has the key itself behind the two bytes that make it a multihash (peer-ids spec, "Peer Ids"). */
  static byte[] publicKey(byte[] id) {
    return Arrays.copyOfRange(id, 2, id.length);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private byte[] farKey(DhtNode writer, DhtNode reader, IntFunction<byte[]> keys) {
    for (int i = 0;; i++) {
      byte[] key = keys.apply(i);
      if (!holders(key, writer).contains(reader)) {
        return key;
      }
    }
  }

  @Override
  public void close() {
    List<DhtNode> left = new ArrayList<>(alive);
    alive.clear();
    Collections.reverse(left); // the foreign ones first: they would still dial ours
    left.forEach(DhtNode::close);
    Nodes.await(vertx.close());
  }
}
