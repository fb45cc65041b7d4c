package io.peerbus.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Core's layering: who may know whom, and where IO, time and threads are allowed. */
@AnalyzeClasses(packages = "io.peerbus", importOptions = DoNotIncludeTests.class)
class LayersTest {

  private static final String[] PURE = {
    "io.peerbus.multiformats..", "io.peerbus.crypto..", "io.peerbus.machine..", "io.peerbus.multistream..",
    "io.peerbus.pnet..", "io.peerbus.secure..", "io.peerbus.noise..", "io.peerbus.tls..", "io.peerbus.muxer..",
    "io.peerbus.yamux..", "io.peerbus.mplex..", "io.peerbus.names..", "io.peerbus.swarm.."
  };

  @ArchTest
  static final ArchRule LAYERS = layeredArchitecture().consideringOnlyDependenciesInLayers()
      .layer("multiformats").definedBy("io.peerbus.multiformats..")
      .layer("crypto").definedBy("io.peerbus.crypto..")
      .layer("machine").definedBy("io.peerbus.machine..")
      .layer("multistream").definedBy("io.peerbus.multistream..")
      .layer("pnet").definedBy("io.peerbus.pnet..")
      .layer("secure").definedBy("io.peerbus.secure..")
      .layer("noise").definedBy("io.peerbus.noise..")
      .layer("tls").definedBy("io.peerbus.tls..")
      .layer("muxer").definedBy("io.peerbus.muxer..")
      .layer("yamux").definedBy("io.peerbus.yamux..")
      .layer("mplex").definedBy("io.peerbus.mplex..")
      .layer("names").definedBy("io.peerbus.names..")
      .layer("swarm").definedBy("io.peerbus.swarm..")
      .layer("api").definedBy("io.peerbus.api..")
      .layer("bus").definedBy("io.peerbus.bus..")
      .layer("net").definedBy("io.peerbus.net..")
      .layer("host").definedBy("io.peerbus.host..")
      .whereLayer("multistream").mayOnlyBeAccessedByLayers("swarm")
      .whereLayer("pnet").mayOnlyBeAccessedByLayers("swarm", "host")
      .whereLayer("secure").mayOnlyBeAccessedByLayers("noise", "tls", "swarm", "net", "host")
      .whereLayer("noise").mayOnlyBeAccessedByLayers("host")
      .whereLayer("tls").mayOnlyBeAccessedByLayers("host")
      .whereLayer("muxer").mayOnlyBeAccessedByLayers("yamux", "mplex", "swarm")
      .whereLayer("yamux").mayOnlyBeAccessedByLayers("swarm", "host")
      .whereLayer("mplex").mayOnlyBeAccessedByLayers("swarm", "host")
      .whereLayer("names").mayOnlyBeAccessedByLayers("net")
      .whereLayer("swarm").mayOnlyBeAccessedByLayers("net", "host")
      .whereLayer("api").mayOnlyBeAccessedByLayers("bus", "host")
      .whereLayer("bus").mayOnlyBeAccessedByLayers("host")
      .whereLayer("net").mayOnlyBeAccessedByLayers("host")
      .whereLayer("host").mayNotBeAccessedByAnyLayer()
      .whereLayer("machine").mayOnlyBeAccessedByLayers(
          "muxer", "yamux", "mplex", "swarm", "api", "net", "host");

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("io.peerbus.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PURE_PACKAGES_KNOW_NO_IO = noClasses().that().resideInAnyPackage(PURE)
      .should().dependOnClassesThat(resideInAnyPackage(
          "io.netty..", "io.vertx..", "org.slf4j..", "java.net", "java.nio.file..", "java.nio.channels..",
          "java.util.concurrent..").and(not(type(TimeUnit.class))).and(not(type(Socket.class)))) // the JDK's trust names it
      .because("pure packages have no IO, no threads and no log");

  @ArchTest
  static final ArchRule PURE_PACKAGES_READ_NO_CLOCK = noClasses().that().resideInAnyPackage(PURE)
      .should().callMethod(System.class, "nanoTime")
      .orShould().callMethod(System.class, "currentTimeMillis")
      .orShould().callMethod(java.time.Instant.class, "now")
      .orShould().callMethod(Math.class, "random")
      .orShould().dependOnClassesThat().haveNameMatching("java\\.io\\.(File|RandomAccessFile|Console).*")
      .orShould().dependOnClassesThat().belongToAnyOf(java.util.Random.class, Thread.class, java.util.Timer.class)
      .because("time and chance are arguments");

  @ArchTest
  static final ArchRule ONLY_NET_KNOWS_NETTY = noClasses().that().resideOutsideOfPackage("io.peerbus.net..")
      .and().doNotHaveFullyQualifiedName("io.peerbus.bus.LoopContext")
      .should().dependOnClassesThat().resideInAnyPackage("io.netty..", "io.vertx.core.internal..", "io.vertx.core.impl..")
      .because("net alone touches Netty and the insides of Vert.x, but for how a plugin gets to a certain event loop");

  @ArchTest
  static final ArchRule ONLY_CONSUMERS_KNOWS_THE_INSIDES_OF_THE_BUS = noClasses()
      .that().doNotHaveFullyQualifiedName("io.peerbus.bus.Consumers")
      .should().dependOnClassesThat().resideInAnyPackage("io.vertx.core.eventbus.impl..");
}
