package io.peerbus.host;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Limits for a kind of use, scaled to the machine. What the config says of a single limit goes before.
 *
 * <p>Nobody can say what limits should be who has not seen them fail, so there are three names instead of forty
 * numbers.
 */
public enum Profile {

  /** For what a person runs beside other things. */
  LAPTOP(4, 64, 512, 4, 8),
  /** For a machine that does little else. */
  SERVER(1, 256, 16_384, 2, 4),
  /** For little memory, or many nodes on one machine. */
  SMALL(8, 16, 64, 8, 16);

  private static final int MIB = 1 << 20;
  private static final int STREAMS_PER_CONNECTION = 32;

  /**
   * What limits are scaled to.
   *
   * @param heap its most bytes
   * @param processors that threads run on
   * @param descriptors of files and sockets that the process may have open
   */
  record Machine(long heap, int processors, long descriptors) {

    static Machine here() {
      Runtime runtime = Runtime.getRuntime();
      long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
          ? unix.getMaxFileDescriptorCount() : Integer.MAX_VALUE;
      return new Machine(runtime.maxMemory(), runtime.availableProcessors(), descriptors);
    }
  }

  private final int heapMib; // for one connection
  private final int least;
  private final int most;
  private final int descriptors; // of which one part is for connections
  private final int heap; // of which one part is for bytes that wait

  Profile(int heapMib, int least, int most, int descriptors, int heap) {
    this.heapMib = heapMib;
    this.least = least;
    this.most = most;
    this.descriptors = descriptors;
    this.heap = heap;
  }

  /** By its name in the config, in small letters; throws {@link IllegalArgumentException} for any other. */
  static Profile named(String name) {
    for (Profile profile : values()) {
      if (profile.name().toLowerCase(Locale.ROOT).equals(name)) {
        return profile;
      }
    }
    throw new IllegalArgumentException("profile: \"" + name + "\" is not one of laptop, server, small");
  }

  /** Options with the limits of the profile that they name below those that they set; without one as they are. */
  static JsonObject apply(JsonObject options) {
    String name = options.getString("profile");
    return name == null ? options : named(name).limits(Machine.here()).mergeIn(options, true);
  }

  /** In the form of {@link HostOptions}. */
  JsonObject limits(Machine machine) {
    int connections = clamp(machine.heap / MIB / heapMib, least, most);
    connections = clamp(Math.min(connections, machine.descriptors / descriptors), 8, connections);
    int streams = connections * STREAMS_PER_CONNECTION;
    Capacity capacity = new Capacity(streams, Math.max(256, streams / 8), Math.max(256, streams / 2),
        Math.max(4L * MIB, machine.heap / heap), 0);
    return new JsonObject()
        .put("maxConnections", connections)
        .put("maxPending", clamp(connections / 4, 8, 64 * machine.processors))
        .put("maxPerIp", clamp(connections / 8, 4, 8))
        .put("maxPerSite", clamp(connections / 8, 8, 64))
        .put("maxConnectionsPerPeer", this == SMALL ? 2 : HostOptions.DEFAULT_MAX_CONNECTIONS_PER_PEER)
        .put("maxStreamsPerShard", streams)
        .put("capacity", capacity.toJson());
  }

  private static int clamp(long value, int least, int most) {
    return (int) Math.max(least, Math.min(most, value));
  }
}
