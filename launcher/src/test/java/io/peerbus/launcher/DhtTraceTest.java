package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhtTraceTest {

  private static JsonObject hop(String peer, String from) {
    JsonObject hop = new JsonObject().put("peer", peer).put("path", 0).put("state", "answered")
        .put("askedAtMillis", 1.0).put("tookMillis", 2.25).put("told", 3).put("taken", 1);
    return from == null ? hop : hop.put("heardFrom", from);
  }

  @Test
  void eachHopIsUnderWhoToldOfIt() {
    JsonObject failed = hop("d", "b").put("state", "failed").put("failure", "nobody there").put("path", 1);
    JsonObject picky = hop("b", "a").put("rejected", new JsonArray().add(
        new JsonObject().put("peer", "x").put("reason", "too many of its group")));
    assertEquals(List.of(
        "a answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new",
        "   ├─ b answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new",
        "   │  ✗  x not taken: too many of its group",
        "   │  └─ d failed, asked at 1.0 ms, took 2.3 ms: nobody there, path 1",
        "   └─ c answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new",
        "e answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new"),
        DhtTrace.lines(new JsonArray().add(hop("a", null)).add(picky).add(hop("c", "a")).add(failed)
            .add(hop("e", null))));
  }

  @Test
  void lookupsInACrowdedRegionAreTreesOfTheirOwn() {
    assertEquals(List.of(
        "a answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new",
        "crowded region, beside 1:",
        "a answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new",
        "   └─ b answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new",
        "crowded region, others:",
        "b answered, asked at 1.0 ms, took 2.3 ms, told 3, 1 new"),
        DhtTrace.lines(new JsonArray().add(hop("a", null)).add(hop("a", null).put("lookup", "beside 1"))
            .add(hop("b", null).put("lookup", "others")).add(hop("b", "a").put("lookup", "beside 1"))));
  }

  @Test
  void aPeerThatToldOfItselfIsShownOnce() {
    assertEquals(2, DhtTrace.lines(new JsonArray().add(hop("a", null)).add(hop("a", "a"))).size());
    assertEquals(List.of(), DhtTrace.lines(new JsonArray()));
  }
}
