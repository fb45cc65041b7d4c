package io.peerbus.host;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A process that writes to a peer store's file until somebody kills it. Tells each batch when it is through. */
final class PeerDiskVictim {

  private static final int KEYS = 200;
  private static final int MOST_BYTES = 3_000;
  static final String BATCH = "batch";

  private PeerDiskVictim() {}

  /** What a batch changes, always the same for the same number; it names itself. */
  static Map<String, byte[]> batch(int number) {
    Random random = new Random(number);
    Map<String, byte[]> changed = new HashMap<>();
    for (int i = random.nextInt(40); i >= 0; i--) {
      byte[] value = new byte[random.nextInt(MOST_BYTES)];
      random.nextBytes(value);
      changed.put("peer" + random.nextInt(KEYS), random.nextInt(4) == 0 ? null : value);
    }
    changed.put(BATCH, ByteBuffer.allocate(4).putInt(number).array());
    return changed;
  }

  static int batchOf(Map<String, byte[]> content) {
    return content.containsKey(BATCH) ? ByteBuffer.wrap(content.get(BATCH)).getInt() : 0;
  }

  public static void main(String[] args) throws Exception {
    try (PeerDisk disk = PeerDisk.open(Path.of(args[0]), 1 << 20)) {
      Map<String, byte[]> content = new HashMap<>();
      disk.forEach(content::put);
      for (int batch = batchOf(content) + 1;; batch++) {
        disk.write(batch, false, batch(batch));
        System.out.println(batch);
      }
    }
  }
}
