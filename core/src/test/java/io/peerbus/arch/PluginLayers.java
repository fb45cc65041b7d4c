package io.peerbus.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/** Which package of a plugin may know of which; each plugin's own test holds these. */
public final class PluginLayers {

  private static final List<String> PLUGINS =
      List.of("identify", "ping", "gossipsub", "kademlia", "chat", "remotebus");

  private PluginLayers() {}

  /** The pure package {@code io.peerbus.<plugin>} knows no Vert.x, no IO, no clock and no core internals. */
  public static ArchRule logic(String plugin) {
    return noClasses()
        .that().resideInAPackage("io.peerbus." + plugin)
        .should().dependOnClassesThat().resideInAnyPackage("io.vertx..", "io.netty..", "org.slf4j..", "java.io",
            "java.net..", "java.nio.channels..", "java.nio.file..", "java.time..", "java.util.concurrent..",
            "io.peerbus.api..", "io.peerbus.bus..", "io.peerbus.host..", "io.peerbus.net..", "io.peerbus.swarm..")
        .orShould().callMethod(System.class, "nanoTime")
        .orShould().callMethod(System.class, "currentTimeMillis");
  }

  /** The adapter {@code io.peerbus.<plugin>.verticle} knows its logic and the API, and no other plugin. */
  public static ArchRule adapter(String plugin) {
    Stream<String> core = Stream.of("io.netty..", "io.peerbus.bus..", "io.peerbus.host..", "io.peerbus.net..",
        "io.peerbus.swarm..", "io.peerbus.launcher..");
    Stream<String> others = PLUGINS.stream().filter(other -> !other.equals(plugin)).map(o -> "io.peerbus." + o + "..");
    return noClasses()
        .that().resideInAPackage("io.peerbus." + plugin + ".verticle")
        .should().dependOnClassesThat().resideInAnyPackage(Stream.concat(core, others).toArray(String[]::new));
  }
}
