package io.peerbus.perf;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.peerbus.arch.PluginLayers;

/** Design, section 2: which package may know of which. */
@AnalyzeClasses(packages = "io.peerbus.perf", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule THE_LOGIC_KNOWS_NO_VERTX_NO_IO_AND_NO_CLOCK = PluginLayers.logic("perf");

  @ArchTest
  static final ArchRule THE_ADAPTER_KNOWS_ITS_LOGIC_AND_THE_API = PluginLayers.adapter("perf");
}
