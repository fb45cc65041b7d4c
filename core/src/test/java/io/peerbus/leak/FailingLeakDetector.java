package io.peerbus.leak;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Netty's leak detector for tests: keeps each report, so that {@link LeakGuard} can fail the test class after which it
 * came. Named in the build by {@code io.netty.customResourceLeakDetector}.
 */
public final class FailingLeakDetector<T> extends ResourceLeakDetector<T> {

  private static final List<String> REPORTS = new CopyOnWriteArrayList<>();

  public FailingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    super(resourceType, samplingInterval);
  }

  public FailingLeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** The reports so far, which are forgotten by this. */
  static List<String> take() {
    List<String> reports = List.copyOf(REPORTS);
    REPORTS.clear();
    return reports;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    REPORTS.add(resourceType + " was not released: " + records);
    super.reportTracedLeak(resourceType, records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    REPORTS.add(resourceType + " was not released");
    super.reportUntracedLeak(resourceType);
  }
}
