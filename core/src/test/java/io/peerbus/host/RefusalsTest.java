package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {

  private final List<JsonObject> told = new ArrayList<>();
  private final Refusals refusals = new Refusals(told::add);

  @Test
  void aFloodIsToldOnceWithItsLimitAndItsNumber() {
    refusals.tell();
    assertEquals(List.of(), told);
    for (int i = 1; i <= 1_000; i++) {
      refusals.add("maxPerIp: " + i + " inbound connections");
    }
    refusals.tell();
    refusals.tell();
    assertEquals(List.of(new JsonObject().put("limit", "maxPerIp").put("message", "maxPerIp: 1000 inbound connections")
        .put("refused", 1_000L).put("total", 1_000L)), told);
    refusals.add("maxPerIp: again: and again");
    refusals.add("maxPerIp: by the dozen", 12);
    refusals.add("gater: 10.0.0.0/8 is denied");
    refusals.tell();
    assertEquals(3, told.size());
    assertEquals(new JsonObject().put("gater", 1L).put("maxPerIp", 1_013L), refusals.toJson());
  }
}
