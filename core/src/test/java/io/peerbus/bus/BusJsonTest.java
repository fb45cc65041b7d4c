package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.api.PeerInfo;
import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BusJsonTest {

  private static final PeerId PEER = KeyPair.ed25519(new byte[32]).publicKey().peerId();
  private static final Multiaddr ADDRESS = Multiaddr.tcp("10.1.2.3", 4001);
  private static final PeerInfo INFO =
      new PeerInfo(PEER, true, true, List.of(ADDRESS), List.of("/a/1", "/b/2"), "agent", "version");

  /** As it comes out of a bus that crossed machines. */
  private static JsonObject crossed(JsonObject json) {
    return new JsonObject(json.encode());
  }

  private static void assertNames(String field, Executable read) {
    FailureException failure = assertThrows(FailureException.class, read);
    assertEquals(Failure.BAD_REQUEST, failure.failure());
    assertTrue(failure.getMessage().contains(field), failure.getMessage());
  }

  @Test
  void peersComeBackAsTheyWent() {
    assertEquals(INFO, BusJson.peerInfo(crossed(BusJson.of(INFO))));
    JsonObject least = new JsonObject().put("peer", PEER.toString());
    assertEquals(new PeerInfo(PEER, false, false, List.of(), List.of(), "", ""), BusJson.peerInfo(least));
  }

  @Test
  void theHostComesBackAsItWent() {
    HostInfo info = new HostInfo(PEER, Buffer.buffer(new byte[] {-1, 0, 1}), List.of(ADDRESS), List.of("/a/1"),
        "agent", "version", Buffer.buffer(new byte[] {9, 8}));
    assertEquals(info, BusJson.hostInfo(crossed(BusJson.of(info))));
  }

  @Test
  void eventsComeBackAsTheyWentAndUnknownOnesAreNone() {
    for (HostEvent event : List.of(
        new HostEvent.Connected(PEER, true, ADDRESS),
        new HostEvent.Disconnected(PEER, "why"),
        new HostEvent.Identified(INFO),
        new HostEvent.ListenAddressesChanged(List.of(ADDRESS)),
        new HostEvent.ProtocolsChanged(List.of("/a/1")))) {
      assertEquals(event, BusJson.event(crossed(BusJson.of(event)).put("seq", 7)));
    }
    assertNull(BusJson.event(new JsonObject().put("event", "of a later version")));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertNames("\"op\"", () -> BusJson.text(new JsonObject(), "op"));
    assertNames("\"op\"", () -> BusJson.text(new JsonObject().put("op", 3), "op"));
    assertNames("\"peer\"", () -> BusJson.peer(new JsonObject().put("peer", "nobody"), "peer"));
    assertNames("\"list\"", () -> BusJson.texts(new JsonObject().put("list", "x"), "list"));
    assertNames("\"list\"", () -> BusJson.texts(new JsonObject().put("list", new JsonArray().add(1)), "list"));
    assertNames("multiaddr", () -> BusJson.addresses(
        new JsonObject().put("list", new JsonArray().add("/ip4/300.1.1.1")), "list"));
    assertEquals(List.of(), BusJson.texts(new JsonObject(), "list"));
  }
}
