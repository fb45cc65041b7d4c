package io.peerbus.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Both ends of a WebSocket over a network that splits and joins what is sent as it likes. */
class WebSocketSplitTest {

  /** What is on its way to an end, and what it is to have received in the end. */
  private static final class Way {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private byte[] onTheWay = {};

    void take(byte[] bytes) {
      int length = onTheWay.length;
      onTheWay = Arrays.copyOf(onTheWay, length + bytes.length);
      System.arraycopy(bytes, 0, onTheWay, length, bytes.length);
    }

    void deliver(WebSocketEnd to, int length) {
      int part = Math.min(length, onTheWay.length);
      if (part > 0) {
        to.read(Arrays.copyOf(onTheWay, part));
        onTheWay = Arrays.copyOfRange(onTheWay, part, onTheWay.length);
      }
    }
  }

  @Property(tries = 100)
  void bytesArriveAsTheyWereWritten(@ForAll long seed) {
    Random random = new Random(seed);
    WebSocketEnd[] ends = {WebSocketEnd.dialer(), WebSocketEnd.listener()};
    Way[] ways = {new Way(), new Way()}; // each to the end of its number
    int most = 1 << random.nextInt(16);
    for (int i = 0; i < 20; i++) {
      int writer = i == 0 ? 0 : random.nextInt(2); // the dialer has a request to send
      write(ends[writer], ways[1 - writer].sent, random, most > 4_000 ? 70_000 : 300);
      ways[1 - writer].take(ends[writer].written());
      int reader = random.nextInt(2);
      ways[reader].deliver(ends[reader], 1 + random.nextInt(most));
      ways[1 - reader].take(ends[reader].written());
    }
    while (ways[0].onTheWay.length + ways[1].onTheWay.length > 0) {
      for (int i = 0; i < 2; i++) {
        ways[i].deliver(ends[i], 1 + random.nextInt(most));
        ways[1 - i].take(ends[i].written());
      }
    }
    for (int i = 0; i < 2; i++) {
      assertNull(ends[i].error());
      assertArrayEquals(ways[i].sent.toByteArray(), ends[i].received());
      ends[i].close();
    }
  }

  private static void write(WebSocketEnd end, ByteArrayOutputStream sent, Random random, int longest) {
    byte[] bytes = new byte[random.nextInt(random.nextInt(5) == 0 ? longest : 200)];
    random.nextBytes(bytes);
    sent.writeBytes(bytes);
    end.write(bytes);
  }
}
