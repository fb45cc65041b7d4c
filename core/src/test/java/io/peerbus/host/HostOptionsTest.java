package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.OptionsCheck;
import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.swarm.Gater;
import io.peerbus.swarm.Watermarks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HostOptionsTest {

  private static Object otherThan(Object value) {
    if (value instanceof String text) {
      return text.replace('/', '_').replace('.', '_') + "x";
    } else if (value instanceof Gater gater) {
      return gater.with(List.of(), List.of(new GateRule.Everybody()), List.of());
    } else if (value instanceof Capacity) {
      return new Capacity(1, 2, 3, 4 << 20, 5 << 20);
    } else if (value instanceof Timeouts) {
      return new Timeouts(1, 2, 3, 4);
    } else if (value instanceof Watermarks) {
      return new Watermarks(3, 4, Duration.ofSeconds(5), Duration.ofSeconds(6));
    } else if (value.equals(PeerSources.DEFAULT)) {
      return new PeerSources("127.0.0.1:53", "peers.mv", 7);
    } else if (value.equals(HostOptions.DEFAULT_SECURITY)) {
      return List.of(Security.TLS);
    }
    return value.equals(HostOptions.DEFAULT_MUXERS) ? List.of("mplex", "yamux")
        : List.of(Multiaddr.tcp("127.0.0.1", 4000));
  }

  @Test
  void everyOptionIsCopiedAndSurvivesJson() {
    HostOptions options = OptionsCheck.different(new HostOptions(), HostOptionsTest::otherThan);
    Map<String, Object> values = OptionsCheck.values(options);
    assertEquals(values, OptionsCheck.values(new HostOptions(options)));
    assertEquals(values, OptionsCheck.values(new HostOptions(new JsonObject(options.toJson().encode()))));
    assertEquals(values.keySet(), options.toJson().fieldNames());
  }

  @Test
  void whatIsAbsentInJsonKeepsItsDefault() {
    assertEquals(OptionsCheck.values(new HostOptions()), OptionsCheck.values(new HostOptions(new JsonObject())));
  }

  private static void assertRefused(String beginning, Consumer<HostOptions> set) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> set.accept(new HostOptions())).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }

  @Test
  void nonsenseIsRefusedByName() {
    OptionsCheck.assertRefusesNonsense(HostOptions.class);
    assertRefused("node: \"a b\"", options -> options.setNode("a b"));
    assertRefused("node: \"\"", options -> options.setNode(""));
    assertRefused("shards: 1025", options -> options.setShards(1025));
    assertRefused("security: []: at least one", options -> options.setSecurity(List.of()));
    assertRefused("security: [tls, tls]", options -> options.setSecurity(List.of(Security.TLS, Security.TLS)));
    assertRefused("security: \"ssl\": one of [noise, tls]",
        options -> new HostOptions(new JsonObject().put("security", new JsonArray().add("ssl"))));
    assertRefused("agentVersion: 129 characters", options -> options.setAgentVersion("x".repeat(129)));
    assertRefused("listen: /ip4/1.2.3.4/udp/1/quic-v1",
        options -> options.setListen(List.of(address("/ip4/1.2.3.4/udp/1/quic-v1"))));
    assertRefused("listen: /ip4/1.2.3.4/tcp/5 and /ip4/1.2.3.4/tcp/5/ws: one port of a host is listened on once",
        options -> options.setListen(List.of(address("/ip4/1.2.3.4/tcp/5"), address("/ip4/1.2.3.4/tcp/5/ws"))));
    for (List<String> muxers : List.of(List.<String>of(), List.of("yamux", "yamux"), List.of("yamux", "qyamux"))) {
      assertRefused("muxers: " + muxers + ": one or both of yamux and mplex", options -> options.setMuxers(muxers));
    }
    assertRefused("gater: deny: \"1.2.3.4/33\": its prefix must be 0 to 32 bits", options -> new HostOptions(
        new JsonObject().put("gater", new JsonObject().put("deny", new JsonArray().add("1.2.3.4/33")))));
    assertRefused("connections: low: 2 > 1, which is \"high\"", options -> new HostOptions(
        new JsonObject().put("connections", new JsonObject().put("low", 2).put("high", 1))));
    assertRefused("capacity: bytes: 5 < 1048576", options -> new HostOptions(
        new JsonObject().put("capacity", new JsonObject().put("bytes", 5))));
    assertRefused("profile: \"big\" is not one of laptop, server, small",
        options -> new HostOptions(new JsonObject().put("profile", "big")));
    for (String server : List.of("127.0.0.1", ":53", "127.0.0.1:dns", "127.0.0.1:123456", "::1:53",
        "[1.2.3.4]:53", "a:1")) {
      assertRefused("dnsServer: \"" + server + "\" is no ADDRESS:PORT such as 127.0.0.1:53 or [::1]:53",
          options -> new PeerSources(server, "", 0));
    }
    assertRefused("upgradeTimeoutMillis: 0 < 1", options -> new HostOptions(
        new JsonObject().put("timeouts", new JsonObject().put("upgradeTimeoutMillis", 0))));
    assertRefused("redial: 65: 0 to 64", options -> new PeerSources("", "", 65));
    assertRefused("bootstrap: \"nonsense\"",
        options -> new HostOptions(new JsonObject().put("bootstrap", new JsonArray().add("nonsense"))));
  }

  private static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (io.peerbus.multiformats.FormatException e) {
      throw new AssertionError(e);
    }
  }
}
