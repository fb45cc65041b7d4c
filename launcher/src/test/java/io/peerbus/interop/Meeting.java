package io.peerbus.interop;

import io.peerbus.api.HostEvent;
import io.peerbus.host.Nodes;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.web.WebCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A foreign peer and a node of ours, and the connections between them. Used by one test's thread. */
final class Meeting implements AutoCloseable {

  private final Pairing pairing;
  private final Peers peers;
  private final Vertx vertx = Vertx.vertx();
  private final List<Path> folders = new ArrayList<>();
  private ForeignPeer peer;
  private LocalNode node;
  private WebCertificate certificate;
  private boolean connected;

  Meeting(Pairing pairing, Peers peers) {
    this.pairing = pairing;
    this.peers = peers;
  }

  /** Starts both. Aborts the test when there is no such peer. */
  void start() {
    Path executable = peers.executable(pairing.language());
    Path folder = folder();
    peer = ForeignPeer.start(executable, pairing,
        pairing.channel().needsCertificate() ? List.of("--web", folder.toString()) : List.of());
    node = LocalNode.start(vertx, pairing, folder);
  }

  /**
   * A node of ours, also in place of one that was stopped. It is another peer then: of all TCP addresses of a peer
   * py-libp2p 0.8 dials only the one it learnt first, where nobody listens any more.
   */
  void startNode() {
    node = LocalNode.start(vertx, pairing, folder());
  }

  /** A new one for a node's data, with the certificate that both sides have where the channel needs one. */
  private Path folder() {
    try {
      Path folder = Files.createTempDirectory("peerbus-interop");
      folders.add(folder);
      if (pairing.channel().needsCertificate()) {
        certificate = certificate == null ? WebCertificate.make(folder, "EC", "ip:127.0.0.1") : certificate;
        certificate.write(folder.resolve(LocalNode.CERTIFICATE), folder.resolve(LocalNode.CERTIFICATE_KEY));
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects in the pairing's roles, and waits until both sides know. */
  void connect() {
    int ours = node.events().mark();
    int theirs = peer.events().mark();
    PeerId answered;
    if (pairing.weDial()) {
      answered = node.on(host -> host.connect(peer.address().withPeerId(peer.id())));
    } else {
      answered = peerId(peer.call("connect", new JsonObject().put("addr", node.address())).getString("peer"));
    }
    PeerId expected = pairing.weDial() ? peer.id() : node.id();
    if (!expected.equals(answered)) {
      throw new AssertionError("connected to " + answered + " instead of " + expected);
    }
    awaitConnected(ours);
    awaitTheirs(theirs, "connected");
    connected = true;
  }

  private void awaitConnected(int mark) {
    HostEvent.Connected up = (HostEvent.Connected) node.events().await(mark,
        event -> event instanceof HostEvent.Connected, "we are told of the connection");
    if (!up.peer().equals(peer.id()) || up.inbound() == pairing.weDial()) {
      throw new AssertionError("told of " + up + " instead of " + peer.id());
    }
  }

  void awaitTheirs(int mark, String event) {
    JsonObject line = peer.events().await(mark, ForeignPeer.isEvent(event), "they are told \"" + event + "\"");
    if (!node.id().toString().equals(line.getString("peer"))) {
      throw new AssertionError("they were told " + line + ", of another peer than " + node.id());
    }
  }

  /** Why the connection ended, as we see it. */
  String awaitDisconnected(int mark) {
    HostEvent.Disconnected down = (HostEvent.Disconnected) node.events().await(mark,
        event -> event instanceof HostEvent.Disconnected, "we are told of the end of the connection");
    if (!down.peer().equals(peer.id())) {
      throw new AssertionError("told of " + down + " instead of " + peer.id());
    }
    return down.reason();
  }

  /** For checks that make no sense without a connection: they do not count as tried. */
  void requireConnection() {
    Assumptions.assumeTrue(connected, "not connected");
  }

  Pairing pairing() {
    return pairing;
  }

  ForeignPeer peer() {
    return peer;
  }

  LocalNode node() {
    return node;
  }

  boolean hasPeer() {
    return peer != null;
  }

  /** A request about our node. */
  JsonObject aboutUs() {
    return new JsonObject().put("peer", node.id().toString());
  }

  private static PeerId peerId(String text) {
    try {
      return PeerId.parse(text);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    connected = false;
    try {
      closeBoth();
    } finally {
      Nodes.await(vertx.close());
      folders.forEach(Meeting::delete);
    }
  }

  /** Ours first, and theirs in any case; either may be missing after a start that failed. */
  private void closeBoth() {
    try {
      if (node != null) {
        node.close();
      }
    } finally {
      if (peer != null) {
        peer.close();
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
