package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.host.Profile.Machine;
import io.vertx.core.json.JsonObject;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProfileTest {

  private static final long GIB = 1 << 30;

  private static HostOptions options(Profile profile, Machine machine) {
    return new HostOptions(profile.limits(machine));
  }

  @Test
  void limitsGrowWithTheMachineAndWithThePurpose() {
    Machine machine = new Machine(6 * GIB, 2, 20_000);
    assertEquals(6_144, options(Profile.SERVER, machine).getMaxConnections());
    assertEquals(512, options(Profile.LAPTOP, machine).getMaxConnections());
    assertEquals(64, options(Profile.SMALL, machine).getMaxConnections());
    Machine tiny = new Machine(GIB / 4, 2, 20_000);
    assertEquals(256, options(Profile.SERVER, tiny).getMaxConnections());
    assertEquals(64, options(Profile.LAPTOP, tiny).getMaxConnections());
    assertEquals(32, options(Profile.SMALL, tiny).getMaxConnections());
    assertEquals(2, options(Profile.SMALL, tiny).getMaxConnectionsPerPeer());
    assertEquals(3, options(Profile.SERVER, tiny).getMaxConnectionsPerPeer());
    assertEquals(GIB / 16, options(Profile.SERVER, tiny).getCapacity().bytes());
  }

  @Test
  void thereAreNoMoreConnectionsThanDescriptorsForThem() {
    assertEquals(512, options(Profile.SERVER, new Machine(6 * GIB, 2, 1_024)).getMaxConnections());
    assertEquals(256, options(Profile.LAPTOP, new Machine(6 * GIB, 2, 1_024)).getMaxConnections());
    assertEquals(8, options(Profile.SMALL, new Machine(6 * GIB, 2, 10)).getMaxConnections());
  }

  @Test
  void whatIsSaidOfASingleLimitGoesBeforeTheProfile() {
    HostOptions options = new HostOptions(new JsonObject().put("profile", "small").put("maxPerIp", 77)
        .put("capacity", new JsonObject().put("streams", 99)));
    HostOptions small = new HostOptions(new JsonObject().put("profile", "small"));
    assertEquals(77, options.getMaxPerIp());
    assertEquals(99, options.getCapacity().streams());
    assertEquals(small.getCapacity().streamsPerProtocol(), options.getCapacity().streamsPerProtocol());
    assertEquals(small.getMaxConnections(), options.getMaxConnections());
  }

  @Property(tries = 200)
  void everyMachineGetsLimitsThatMakeSense(@ForAll Profile profile, @ForAll @IntRange(min = 16, max = 1 << 20) int mib,
      @ForAll @IntRange(min = 1, max = 256) int processors, @ForAll @IntRange(min = 1) int descriptors) {
    HostOptions options = options(profile, new Machine((long) mib << 20, processors, descriptors));
    assertTrue(options.getMaxPending() <= Math.max(8, options.getMaxConnections()));
    assertTrue(options.getCapacity().streamsPerPeer() <= options.getCapacity().streams());
    assertTrue(options.getCapacity().streamsPerProtocol() <= options.getCapacity().streams());
    assertTrue(options.getCapacity().bytes() <= Math.max(4L << 20, (long) mib << 20));
  }
}
