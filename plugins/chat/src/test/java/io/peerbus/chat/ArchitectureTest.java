package io.peerbus.chat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Design, section 2: which package may know of which. */
@AnalyzeClasses(packages = "io.peerbus.chat", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule THE_LOGIC_KNOWS_NO_VERTX_NO_IO_AND_NO_CLOCK = noClasses()
      .that().resideInAPackage("io.peerbus.chat")
      .should().dependOnClassesThat().resideInAnyPackage("io.vertx..", "io.netty..", "org.slf4j..", "java.io",
          "java.net..", "java.nio.channels..", "java.nio.file..", "java.time..", "java.util.concurrent..",
          "io.peerbus.api..", "io.peerbus.bus..", "io.peerbus.host..", "io.peerbus.net..", "io.peerbus.swarm..")
      .orShould().callMethod(System.class, "nanoTime")
      .orShould().callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule THE_ADAPTER_KNOWS_ITS_LOGIC_AND_THE_API = noClasses()
      .that().resideInAPackage("io.peerbus.chat.verticle")
      .should().dependOnClassesThat().resideInAnyPackage("io.netty..", "io.peerbus.bus..", "io.peerbus.host..",
          "io.peerbus.net..", "io.peerbus.swarm..", "io.peerbus.gossipsub..", "io.peerbus.ping..",
          "io.peerbus.identify..", "io.peerbus.launcher..");
}
