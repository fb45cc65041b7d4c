package io.peerbus.tck;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Bytes that no peer of any protocol would write. */
enum Garbage {
  /** Up to 64 KiB of chance. */
  RANDOM {
    @Override
    Buffer bytes(RandomGenerator random) {
      byte[] bytes = new byte[1 + random.nextInt(MOST)];
      random.nextBytes(bytes);
      return Buffer.buffer(bytes);
    }
  },
  /** Read as a length prefix, it never ends. */
  ENDLESS_VARINT {
    @Override
    Buffer bytes(RandomGenerator random) {
      return filled(0xFF);
    }
  },
  /** Read as length prefixes, thousands of empty messages. */
  ZEROS {
    @Override
    Buffer bytes(RandomGenerator random) {
      return filled(0);
    }
  },
  /** A length prefix of 2 GiB, and next to nothing behind it. */
  HUGE_LENGTH {
    @Override
    Buffer bytes(RandomGenerator random) {
      return Buffer.buffer(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 1, 2, 3});
    }
  },
  /** A line without an end. */
  LONG_TEXT {
    @Override
    Buffer bytes(RandomGenerator random) {
      return filled('{');
    }
  };

  private static final int MOST = 64 << 10;

  abstract Buffer bytes(RandomGenerator random);

  private static Buffer filled(int value) {
    byte[] bytes = new byte[MOST];
    Arrays.fill(bytes, (byte) value);
    return Buffer.buffer(bytes);
  }
}
