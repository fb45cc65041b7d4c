package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Issue, criterion 5: {@code -Dkademlia.hostile=1000000} for a million of each. */
class FloodTest {

  /** Records and providers by their caps, 64 MiB each, and as much again for their order and what is around them. */
  private static final long MOST_HEAP = 256 << 20;

  static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void storesInMemoryKeepTheirCapsAndWhatWasThere() throws FormatException {
    long before = heap();
    Flood flood = new Flood(Storages.inMemory(), () -> { });
    flood.run();
    long used = heap() - before;
    System.out.println("hostile, in memory: " + flood + "; heap " + (used >> 20) + " MiB");
    assertTrue(used < MOST_HEAP, used + " bytes of heap for " + flood);
  }
}
