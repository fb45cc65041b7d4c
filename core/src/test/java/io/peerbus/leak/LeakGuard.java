package io.peerbus.leak;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class when Netty's leak detector has found something by its end. Registered for every test class. */
public final class LeakGuard implements AfterAllCallback {

  private static final long PATIENCE_MILLIS = 1_000;

  /** Whether the JVM was started as {@link #leaks()} needs it. */
  public static boolean isOn() {
    return ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID
        && FailingLeakDetector.class.getName().equals(
            System.getProperty("io.netty.customResourceLeakDetector"));
  }

  /** The buffers that were lost since this was asked last, each in words; they are forgotten by this. */
  public static List<String> leaks() {
    collect();
    // Netty looks for leaks when it hands out a buffer.
    UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    return FailingLeakDetector.take();
  }

  /** Returns when what nobody refers to has come to its reference queue, where Netty looks for it. */
  private static void collect() {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    Reference<Object> lost = new WeakReference<>(new Object(), queue);
    try {
      do {
        System.gc();
      } while (queue.remove(PATIENCE_MILLIS) != lost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> reports = leaks();
    if (!reports.isEmpty()) {
      throw new AssertionError("Netty buffers leaked:\n" + String.join("\n", reports));
    }
  }
}
