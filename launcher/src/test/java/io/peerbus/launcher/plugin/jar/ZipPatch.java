package io.peerbus.launcher.plugin.jar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Changes in a finished zip that no library would make. */
final class ZipPatch {

  /** Offsets in a record of the index (APPNOTE, "Central directory structure"). */
  static final int FLAGS = 8;
  static final int METHOD = 10;
  static final int CRC = 16;
  static final int PACKED = 20;
  static final int SIZE = 24;
  static final int OFFSET = 42;

  private static final int END = 22;

  private ZipPatch() {}

  /** All occurrences of a text exchanged for one of the same length. */
  static byte[] replace(byte[] zip, String from, String to) {
    byte[] old = from.getBytes(StandardCharsets.ISO_8859_1);
    byte[] now = to.getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = zip.clone();
    for (int i = 0; i + old.length <= out.length; i++) {
      if (Arrays.equals(out, i, i + old.length, old, 0, old.length)) {
        System.arraycopy(now, 0, out, i, now.length);
      }
    }
    return out;
  }

  /** Where the index has the record of an entry. */
  static int record(byte[] zip, String name) {
    ByteBuffer in = little(zip);
    int at = in.getInt(zip.length - END + 16);
    while (at < zip.length - END) {
      int length = in.getShort(at + 28);
      if (new String(zip, at + 46, length, StandardCharsets.UTF_8).equals(name)) {
        return at;
      }
      at += 46 + length + in.getShort(at + 30) + in.getShort(at + 32);
    }
    throw new IllegalArgumentException(name);
  }

  static byte[] setShort(byte[] zip, int at, int value) {
    byte[] out = zip.clone();
    little(out).putShort(at, (short) value);
    return out;
  }

  /** Lets the index say of one entry that it lies where another does. */
  static byte[] overlap(byte[] zip, String name, String other) {
    byte[] out = zip.clone();
    int to = record(zip, name);
    int from = record(zip, other);
    System.arraycopy(zip, from + CRC, out, to + CRC, 12);
    System.arraycopy(zip, from + OFFSET, out, to + OFFSET, 4);
    return out;
  }

  /** Takes an entry, the last one, out of the index only. */
  static byte[] hideLast(byte[] zip, String name) {
    int at = record(zip, name);
    byte[] out = Arrays.copyOf(zip, at + END);
    System.arraycopy(zip, zip.length - END, out, at, END);
    ByteBuffer end = little(out);
    int count = end.getShort(at + 10) - 1;
    end.putShort(at + 8, (short) count);
    end.putShort(at + 10, (short) count);
    end.putInt(at + 12, at - end.getInt(at + 16));
    return out;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
