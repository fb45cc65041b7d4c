package io.peerbus.leak;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class when Netty's leak detector has found something by its end. Registered for every test class. */
public final class LeakGuard implements AfterAllCallback {

  @Override
  public void afterAll(ExtensionContext context) {
    System.gc();
    // Netty looks for leaks when it hands out a buffer.
    UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    List<String> reports = FailingLeakDetector.take();
    if (!reports.isEmpty()) {
      throw new AssertionError("Netty buffers leaked:\n" + String.join("\n", reports));
    }
  }
}
