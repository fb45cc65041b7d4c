package io.peerbus.kademlia;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;

/** Design, section 2: the machine is pure, and the adapter knows the plugin API and nothing else of core. */
@AnalyzeClasses(packages = "io.peerbus.kademlia", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule THE_MACHINE_KNOWS_NO_VERTX_NO_IO_AND_NO_THREADS = noClasses()
      .that().resideInAPackage("io.peerbus.kademlia")
      .should().dependOnClassesThat(resideInAnyPackage("io.vertx..", "io.netty..", "org.slf4j..", "java.io",
          "java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent..", "io.peerbus.api..",
          "io.peerbus.bus..", "io.peerbus.net..", "io.peerbus.host..", "io.peerbus.swarm..",
          "io.peerbus.kademlia.verticle..")
          .and(not(equivalentTo(IOException.class)))) // protobuf's readers declare it
      .because("the same machine runs in a node, in a test and in a simulation");

  @ArchTest
  static final ArchRule TIME_AND_CHANCE_ARE_ARGUMENTS = noClasses().that().resideInAPackage("io.peerbus.kademlia")
      .should().callMethod(System.class, "nanoTime")
      .orShould().callMethod(System.class, "currentTimeMillis")
      .orShould().callMethod(java.time.Instant.class, "now")
      .orShould().callMethod(Math.class, "random")
      .orShould().dependOnClassesThat().belongToAnyOf(
          java.util.Random.class, java.security.SecureRandom.class, Thread.class, java.util.Timer.class);

  @ArchTest
  static final ArchRule THE_ADAPTER_KNOWS_THE_API_AND_NO_OTHER_PART_OF_CORE = noClasses()
      .that().resideInAPackage("io.peerbus.kademlia.verticle..")
      .should().dependOnClassesThat().resideInAnyPackage("io.peerbus.net..", "io.peerbus.host..", "io.peerbus.bus..",
          "io.peerbus.swarm..", "io.peerbus.noise..", "io.peerbus.yamux..", "io.peerbus.multistream..", "io.netty..",
          "io.peerbus.identify..", "io.peerbus.ping..", "io.peerbus.gossipsub..", "io.peerbus.chat..",
          "io.peerbus.launcher..",
          "io.vertx.core.impl..", "io.vertx.core.internal..");
}
