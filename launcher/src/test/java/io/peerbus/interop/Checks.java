package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is tried on a connection between the two of a meeting. */
final class Checks {

  static final int MESSAGES = 100;
  static final int STREAMS = 64;
  static final long LARGE = 64L << 20;

  /** For the slowest peer on a busy machine. */
  private static final Duration TRANSFER = Duration.ofSeconds(300);

  private static final List<String> OUR_PROTOCOLS = List.of(LocalNode.ECHO, "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0",
      "/ipfs/ping/1.0.0", "/meshsub/1.0.0", "/meshsub/1.1.0");
  private static final List<String> THEIR_PROTOCOLS =
      List.of(LocalNode.ECHO, "/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", "/meshsub/1.1.0");

  private static final String PASSING = "/interop/passing/1.0.0";

  private final Meeting meeting;

  Checks(Meeting meeting) {
    this.meeting = meeting;
  }

  void theyIdentifyUs() {
    JsonObject answer = meeting.peer().call("identify", meeting.aboutUs());
    assertEquals(new JsonArray(OUR_PROTOCOLS), answer.getJsonArray("protocols"));
    assertEquals("peerbus/0.1.0", answer.getString("agent"));
    assertEquals("ipfs/0.1.0", answer.getString("protocolVersion"));
    String listening = meeting.node().address();
    assertEquals(new JsonArray().add(listening.substring(0, listening.indexOf("/p2p/"))),
        answer.getJsonArray("listenAddrs"));
    assertTrue(answer.getString("observedAddr", "").startsWith("/ip4/127.0.0.1/tcp/"), answer.encode());
  }

  void weIdentifyThem() {
    PeerInfo info = ((HostEvent.Identified) meeting.node().events().await(0, event ->
        event instanceof HostEvent.Identified identified && identified.peer().peer().equals(meeting.peer().id()),
        "we are told what they are")).peer();
    for (String protocol : THEIR_PROTOCOLS) {
      assertTrue(info.protocols().contains(protocol), protocol + " is not in " + info.protocols());
    }
    assertTrue(info.addresses().contains(meeting.peer().address()), info.addresses().toString());
    assertTrue(!info.agentVersion().isBlank(), "they name their software");
  }

  /** By identify push: a protocol that comes and goes while the connection stands. */
  void theyFollowOurChanges() {
    Registration registration = meeting.node().on(host -> host.handle(PASSING, stream -> stream.reset()));
    meeting.node().until("they know of " + PASSING, () -> theyKnow(PASSING));
    meeting.node().on(host -> registration.close());
    meeting.node().until("they know that " + PASSING + " is gone", () -> !theyKnow(PASSING));
  }

  private boolean theyKnow(String protocol) {
    return meeting.peer().call("protocols", meeting.aboutUs()).getJsonArray("protocols").contains(protocol);
  }

  void wePingThem() {
    JsonObject answer = meeting.node().ask("ping", new JsonObject().put("op", "ping")
        .put("peer", meeting.peer().id().toString()).put("count", 3).put("intervalMillis", 10));
    assertEquals(3, answer.getJsonArray("rttMicros").size(), answer.encode());
    assertEquals(0, answer.getInteger("lost"), answer.encode());
  }

  void theyPingUs() {
    JsonObject answer = meeting.peer().call("ping", meeting.aboutUs().put("count", 3));
    assertEquals(3, answer.getJsonArray("rttMicros").size(), answer.encode());
  }

  /** All streams are open before the first byte is written, so that they stand side by side. */
  void weEcho(int streams, long bytes) {
    meeting.node().on(TRANSFER, host -> {
      List<Future<Stream>> opening = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        opening.add(host.open(meeting.peer().id(), LocalNode.ECHO));
      }
      return Future.all(opening).compose(opened -> {
        List<Future<Void>> trips = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
          trips.add(Echo.roundTrip(opened.resultAt(i), bytes, i));
        }
        return Future.all(trips);
      });
    });
  }

  void theyEcho(int streams, long bytes) {
    JsonObject answer = meeting.peer()
        .call("echo", meeting.aboutUs().put("streams", streams).put("bytes", bytes), TRANSFER);
    assertEquals(streams * bytes, answer.getLong("bytes"), answer.encode());
    assertTrue(answer.getBoolean("sha256Ok"), answer.encode());
  }
}
