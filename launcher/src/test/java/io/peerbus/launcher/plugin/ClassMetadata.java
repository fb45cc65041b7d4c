package io.peerbus.launcher.plugin;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this JVM holds of classes, those that it makes itself for lambdas and method handles included.
 *
 * <p>The compiler C2 has each method that is called often profiled, and these profiles are kept in the metaspace as
 * long as the method's class: a program that warms up fills it for hours, less and less, without a class more. So bytes
 * say something of classes only where {@link #isWithoutProfiles()}; their number does so everywhere.
 *
 * @param classes that are loaded
 * @param bytes of metaspace in use
 */
public record ClassMetadata(long classes, long bytes) {

  /** A collection may show that one more thing is garbage, not for ever. */
  private static final int COLLECTIONS = 10;

  /** Once what nobody uses is collected. */
  public static ClassMetadata now() {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    long before = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS && classes.getLoadedClassCount() < before; i++) {
      before = classes.getLoadedClassCount();
      System.gc();
    }
    long bytes = ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals("Metaspace"))
        .mapToLong(pool -> pool.getUsage().getUsed()).sum();
    return new ClassMetadata(classes.getLoadedClassCount(), bytes);
  }

  /** Whether this JVM compiles with C1 alone, which neither makes nor needs profiles. */
  public static boolean isWithoutProfiles() {
    return "1".equals(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .getVMOption("TieredStopAtLevel").getValue());
  }

  public ClassMetadata since(ClassMetadata before) {
    return new ClassMetadata(classes - before.classes, bytes - before.bytes);
  }

  @Override
  public String toString() {
    return classes + " classes, " + bytes / 1024 + " KiB";
  }
}
