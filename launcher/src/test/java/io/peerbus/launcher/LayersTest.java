package io.peerbus.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayersTest {

  private static final JavaClasses LAUNCHER = new ClassFileImporter()
      .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @ParameterizedTest
  @ValueSource(strings = {"identify.verticle.IdentifyVerticle", "ping.verticle.PingVerticle",
      "gossipsub.verticle.GossipsubVerticle", "chat.verticle.ChatVerticle"})
  void noPluginIsOnTheClassPath(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName("io.peerbus." + name));
  }

  @Test
  void theLauncherKnowsOfCoreItsApiKeysAndAddressesAndInOnePlaceItsVerticle() {
    noClasses().that().doNotBelongToAnyOf(CoreHost.class)
        .should().dependOnClassesThat().resideInAnyPackage("io.peerbus.host..", "io.peerbus.bus..", "io.peerbus.net..",
            "io.peerbus.swarm..", "io.peerbus.muxer..", "io.peerbus.yamux..", "io.peerbus.mplex..", "io.peerbus.noise..", "io.peerbus.multistream..",
            "io.peerbus.identify..", "io.peerbus.ping..", "io.peerbus.gossipsub..", "io.peerbus.kademlia..",
            "io.peerbus.chat..")
        .check(LAUNCHER);
  }

  @Test
  void vertxInternalsAndNettyAreUsedInFiveClasses() {
    noClasses().that().haveSimpleNameNotEndingWith("PluginThreads").and().haveSimpleNameNotEndingWith("TopLevel")
        .and().haveSimpleNameNotEndingWith("BlockedThreads").and().haveSimpleNameNotEndingWith("PeerOwner")
        .and().doNotHaveFullyQualifiedName("io.peerbus.launcher.bridge.Cut")
        .should().dependOnClassesThat().resideInAnyPackage("io.vertx.core.internal..", "io.netty..")
        .check(LAUNCHER);
  }

  @Test
  void whatIsBelowDoesNotKnowTheCommands() {
    noClasses().that().resideInAnyPackage("io.peerbus.launcher.config..", "io.peerbus.launcher.console..",
            "io.peerbus.launcher.control..", "io.peerbus.launcher.data..", "io.peerbus.launcher.logs..",
            "io.peerbus.launcher.metrics..", "io.peerbus.launcher.plugin..")
        .should().dependOnClassesThat().resideInAnyPackage("picocli..", "io.vertx.core.cli..",
            "io.vertx.core.impl.launcher..")
        .check(LAUNCHER);
    noClasses().that().resideInAnyPackage("io.peerbus.launcher.control..", "io.peerbus.launcher.metrics..")
        .should().dependOnClassesThat().resideInAnyPackage("io.peerbus.launcher", "io.peerbus.launcher.plugin..")
        .check(LAUNCHER);
    noClasses().that().resideInAPackage("io.peerbus.launcher.bridge..")
        .should().dependOnClassesThat().resideInAnyPackage("io.peerbus.launcher", "io.peerbus.launcher.plugin..",
            "io.peerbus.launcher.data..", "picocli..")
        .check(LAUNCHER);
    noClasses().that().resideInAPackage("io.peerbus.launcher.config..")
        .should().dependOnClassesThat().resideInAnyPackage("io.peerbus.launcher", "io.peerbus.launcher.data..",
            "io.peerbus.launcher.console..", "io.peerbus.launcher.plugin..")
        .check(LAUNCHER);
  }
}
